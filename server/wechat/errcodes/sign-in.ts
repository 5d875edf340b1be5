/** Sign-in and user data. */
import type { Rows } from './row.ts'

export const signIn: Rows = {
  40029: {
    meaning: 'code_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The login code is not valid or five minutes old: call wx.login again.',
    source: 'platform: jscode2session',
  },
  40163: {
    meaning: 'code_used',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'A login code is good once: call wx.login again.',
    source: 'platform: jscode2session',
  },
  40226: {
    meaning: 'user_blocked',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'WeChat holds this user for a risk and lets nobody sign him in. Do not try again.',
    source: 'platform: jscode2session',
  },
  45011: {
    meaning: 'too_frequent',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'Too many calls for this user in a minute: wait, then try again.',
    source: 'platform: jscode2session',
    in: {
      signIn: {
        meaning: 'too_frequent',
        outcome: 'busy',
        reason: 'message_bad',
        advice: 'This user signs in too often: wait a minute, then call wx.login again.',
        source: 'platform: jscode2session',
      },
    },
  },
  65206: {
    meaning: 'left_the_group',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The user is not in that group any more: take the arrival without its group.',
    source: 'platform: getGroupEnterInfo',
  },
  87009: {
    meaning: 'signature_wrong',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The session_key is not the current one of this user: sign in again.',
    source: 'platform: checksession',
  },
}
