/** @jest-environment jsdom */
import { describe, expect, it } from '@jest/globals'
import { errorOf } from '../../server/client/errors.ts'
import { errcodes } from '../../server/wechat/errcodes.ts'
import { problemCodes, refusalCodes } from '../../shared/codes.ts'
import { explain } from '../../web/console/src/api/explain.ts'
import { preferredLanguage } from '../../web/console/src/words/choices.ts'
import { stored } from '../../web/console/src/words/preferences.ts'
import { problemWords } from '../../web/console/src/words/problem-words.ts'
import { refusalWords, wordsOfRefusal } from '../../web/console/src/words/refusal-words.ts'
import {
  exactTime,
  isoOfLocal,
  localOfIso,
  relativeTime,
  zoneName,
} from '../../web/console/src/words/time.ts'
import { wechatWords } from '../../web/console/src/words/wechat-words.ts'

describe('the language', () => {
  it('is Chinese, unless the browser prefers English', () => {
    expect(preferredLanguage(['zh-TW', 'en'])).toBe('zh')
    expect(preferredLanguage(['en-GB', 'zh-CN'])).toBe('en')
    expect(preferredLanguage(['fr', 'en'])).toBe('en')
    expect(preferredLanguage(['fr'])).toBe('zh')
  })

  it('is forgotten, without an error, where storage is forbidden', () => {
    const choice = stored('language', ['zh', 'en'], () => {
      throw new Error('SecurityError')
    })
    choice.write('en')
    expect(choice.read()).toBeUndefined()
  })
})

describe('the words of a refusal', () => {
  it.each(refusalCodes)('say why and what to do, in both languages: %s', (code) => {
    for (const words of [refusalWords.zh, refusalWords.en]) {
      const { name, why, next } = wordsOfRefusal(words, { code })
      expect([name, why, next].every((text) => text.length > 1)).toBe(true)
      expect(why + next).toMatch(/[。.]$/)
    }
  })

  it('tell a credit that another message holds from none at all', () => {
    const { zh } = refusalWords
    expect(wordsOfRefusal(zh, { code: 'no_credit', reserved: 1 }).why).toContain('占用')
    expect(wordsOfRefusal(zh, { code: 'no_credit', reserved: 2 }).why).toContain('2')
    expect(wordsOfRefusal(zh, { code: 'no_credit' }).why).not.toContain('占用')
  })
})

describe("the words of WeChat's codes, in Chinese", () => {
  /** No send and no call for a token is answered with these. */
  const ofOtherCalls = [
    'ok',
    'already_typing',
    'account_banned',
    'categories_invalid',
    'categories_missing',
    'code_invalid',
    'code_missing',
    'code_quota_exhausted',
    'code_used',
    'file_type_invalid',
    'image_format_invalid',
    'keywords_invalid',
    'left_the_group',
    'limit_invalid',
    'media_empty',
    'media_missing',
    'media_size_invalid',
    'media_type_invalid',
    'parameter_reserved',
    'path_invalid',
    'scene_description_invalid',
    'scene_invalid',
    'scene_length_invalid',
    'signature_wrong',
    'start_invalid',
    'template_banned',
    'title_unknown',
    'too_many_codes_this_minute',
    'too_many_templates',
    'typing_command_invalid',
    'typing_without_message',
    'user_blocked',
  ]
  const meanings = Object.values(errcodes).flatMap(({ meaning, in: calls = {} }) => [
    meaning,
    ...Object.values(calls).map((one) => one.meaning),
  ])

  it('are there for each that a message may meet, and for no other', () => {
    const met = new Set(['unknown_code', ...meanings].filter((one) => !ofOtherCalls.includes(one)))
    expect(Object.keys(wechatWords).sort()).toEqual([...met].sort())
    expect(ofOtherCalls.filter((one) => !meanings.includes(one))).toEqual([])
  })

  it('say what the code means, and what to do', () => {
    for (const text of Object.values(wechatWords)) expect(text).toMatch(/^[^。]+。.*[^。]+。$/)
  })
})

describe('the words of an error', () => {
  it.each(problemCodes)('say why and what to do, in both languages: %s', (code) => {
    for (const words of [problemWords.zh, problemWords.en]) expect(words[code]).toHaveLength(2)
  })

  it('keep what the server said: its fields, WeChat, and the id of the request', () => {
    const failure = {
      code: 'invalid_body' as const,
      detail: 'Fields are wrong.',
      errors: [{ path: '/page', message: 'too long' }],
      requestId: 'r1',
    }
    expect(explain(errorOf(failure), 'en')).toMatchObject({
      why: 'Some fields are not right.',
      detail: 'Fields are wrong.',
      errors: failure.errors,
      requestId: 'r1',
      forbidden: false,
    })
    expect(explain(errorOf({ code: 'forbidden', detail: '' }), 'zh').forbidden).toBe(true)
  })

  it('stand for a code of a newer server, and for a fault of the page, too', () => {
    const newer = errorOf({ code: 'brand_new' as 'internal', detail: 'Do this.' })
    expect(explain(newer, 'en')).toMatchObject({ why: 'The server failed.', detail: 'Do this.' })
    expect(explain(new TypeError('x is undefined'), 'zh').detail).toContain('x is undefined')
  })
})

describe('a time', () => {
  const at = Date.UTC(2026, 10, 30, 16, 5, 9)
  const minutes = 60_000

  it('is shown relative, in its largest whole unit', () => {
    expect(relativeTime(at, at + 3 * minutes, 'zh')).toBe('3分钟前')
    expect(relativeTime(at, at - 119 * minutes, 'en')).toBe('in 1 hour')
    expect(relativeTime(at, at, 'zh')).toBe('现在')
  })

  it('is shown exactly in the zone of the app, wherever the browser is', () => {
    expect(exactTime(at, 480)).toBe('2026-12-01 00:05:09')
    expect(exactTime(at, -210)).toBe('2026-11-30 12:35:09')
    expect([zoneName(480), zoneName(-210)]).toEqual(['UTC+08:00', 'UTC-03:30'])
  })

  it('is typed in the zone of the app, too', () => {
    expect(isoOfLocal('2026-12-01T00:05', 480)).toBe('2026-11-30T16:05:00.000Z')
    expect(localOfIso('2026-11-30T16:05:00.000Z', 480)).toBe('2026-12-01T00:05')
    expect(isoOfLocal('', 480)).toBeUndefined()
    expect(localOfIso('never', 480)).toBe('')
  })
})
