/** Customer service: media and typing. */
import type { Rows } from './row.ts'

export const customer: Rows = {
  40004: {
    meaning: 'media_type_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'WeChat takes images as JPG, PNG or GIF: convert this one.',
    source: 'platform: customer service',
  },
  40005: {
    meaning: 'file_type_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The file is not a JPG, PNG or GIF, or its name says another type: convert it.',
    source: 'platform: customer service',
  },
  40006: {
    meaning: 'media_size_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'An image holds at most 2 MB: make it smaller.',
    source: 'platform: customer service',
  },
  40007: {
    meaning: 'media_unknown',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The media_id is not of this app or older than three days: upload the image again.',
    source: 'platform: customer service',
  },
  45002: {
    meaning: 'text_too_long',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The text is longer than WeChat carries: send it in pieces.',
    source: 'platform: customer service',
  },
  45072: {
    meaning: 'typing_command_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'WeChat knows Typing and CancelTyping.',
    source: 'platform: customer service',
  },
  45080: {
    meaning: 'typing_without_message',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'Typing can be shown within 30 seconds of a message of the user: wait for the next.',
    source: 'platform: customer service',
  },
  45081: {
    meaning: 'already_typing',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The user sees that somebody is typing already: there is nothing to do.',
    source: 'platform: customer service',
  },
}
