/** Management of subscribe templates. */
import type { Rows } from './row.ts'

export const newtmpl: Rows = {
  200011: {
    meaning: 'account_banned',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'This account may not add templates: see its notices at mp.weixin.qq.com.',
    source: 'platform: newtmpl',
  },
  200012: {
    meaning: 'too_many_templates',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The account holds as many subscribe templates as it may: delete one first.',
    source: 'platform: newtmpl',
  },
  200013: {
    meaning: 'template_banned',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'This template is banned: choose another title.',
    source: 'platform: newtmpl',
  },
  200014: {
    meaning: 'title_unknown',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'There is no such public title: list the titles of the categories of this account.',
    source: 'platform: newtmpl',
  },
  200016: {
    meaning: 'start_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The offset is not a whole number from 0 on.',
    source: 'platform: newtmpl',
  },
  200017: {
    meaning: 'limit_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'The count is not between 1 and 30.',
    source: 'platform: newtmpl',
  },
  200018: {
    meaning: 'categories_missing',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'Name at least one category of this account.',
    source: 'platform: newtmpl',
  },
  200019: {
    meaning: 'categories_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'A category is not one of this account: list its categories.',
    source: 'platform: newtmpl',
  },
  200020: {
    meaning: 'keywords_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'A template has 2 to 5 of the keywords of its title, each once.',
    source: 'platform: newtmpl',
  },
  200021: {
    meaning: 'scene_description_invalid',
    outcome: 'message_bad',
    reason: 'message_bad',
    advice: 'Say in at most 15 characters what the template is for.',
    source: 'platform: newtmpl',
  },
}
