/** Mini-program codes. */
import type { Rows } from './row.ts'

export const codes: Rows = {
  40097: {
    meaning: 'arguments_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'WeChat refused an argument; errmsg names it.',
    source: 'platform: codes',
  },
  40129: {
    meaning: 'scene_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The scene is too long or holds other characters than the page allows.',
    source: 'platform: codes',
  },
  40159: {
    meaning: 'path_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The path is empty or too long, counted in bytes.',
    source: 'platform: codes',
  },
  40169: {
    meaning: 'scene_length_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The scene is empty or longer than 32 characters.',
    source: 'platform: codes',
  },
  45029: {
    meaning: 'code_quota_exhausted',
    outcome: 'message_bad',
    reason: 'quota',
    advice: 'All 100,000 codes of the kinds `path` and `qrcode` are made: use the kind `scene`.',
    source: 'seeds/004 错误码',
  },
  85096: {
    meaning: 'parameter_reserved',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The path or scene holds `scancode_time`, which is reserved for WeChat: rename it.',
    source: 'platform: codes',
  },
}
