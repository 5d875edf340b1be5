import { describe, expect, it } from '@jest/globals'
import {
  readEvent,
  withoutPrepayPrefix,
  isFormId,
  redactedJson,
} from '../../server/events/read-event.ts'
import { userLimits } from '../../server/rules/limits.ts'
import type { ReachEvent } from '../../shared/wire/index.ts'

const day = 86_400_000
const nowMs = Date.UTC(2018, 5, 8)
const base = { id: 'event-0001', at: 0 }
const encryptedGroup = { source: 'shareInfo', encryptedData: 'secret-data', iv: 'iv' } as const

const read = (event: ReachEvent, atMs = nowMs) =>
  readEvent(event, atMs, {
    nowMs,
    edition: '2018',
    opener: { open: () => ({ record: { unavailable: 'undecryptable' }, stale: true }) },
  })
const form = (formId: string): ReachEvent => ({
  ...base,
  type: 'form.submitted',
  formId,
  page: 'pages/a',
})

describe('an answer about a long-term template', () => {
  it('is a credit without a limit', () => {
    const event: ReachEvent = {
      ...base,
      type: 'subscription.answered',
      answers: { long: 'accept', once: 'acceptWithAudio', none: 'filter' },
    }
    const reading = readEvent(event, nowMs, {
      nowMs,
      edition: '2026',
      opener: { open: () => ({ record: { unavailable: 'undecryptable' }, stale: true }) },
      isLongTerm: (templateId) => templateId === 'long',
    })
    const credits = [
      { kind: 'subscription', ref: 'long', uses: null },
      { kind: 'subscription', ref: 'once', uses: 1 },
    ]
    expect(reading).toMatchObject({ record: { type: 'credits', credits } })
  })
})

describe('a submitted form', () => {
  it('is a credit of one use for seven days; the latest 200 stay usable', () => {
    expect(read(form('f-1'))).toMatchObject({
      record: {
        credits: [
          {
            kind: 'form',
            ref: 'f-1',
            uses: 1,
            endsAtMs: nowMs + 7 * day,
            keepLive: userLimits.liveFormCredits,
          },
        ],
      },
      stale: false,
    })
  })

  it('is no credit when it was submitted seven days ago', () => {
    expect(read(form('f-1'), nowMs - 7 * day)).toEqual({ rejected: 'expired' })
    expect(read(form('f-1'), nowMs - 7 * day + 1)).toHaveProperty('record')
  })

  it.each([
    'the formId is a mock one',
    'the formId is no longer available in develop or trial version of this mini program',
    'requestFormId:fail',
    'requestFormId:fail timeout',
    'undefined',
  ])('is no credit when the platform gives “%s” as formId', (word) => {
    expect(isFormId(word)).toBe(false)
    expect(read(form(word))).toEqual({ rejected: 'not_a_form_id' })
  })

  it.each(['1525943082357', 'a1b2c3d4e5f60718293a4b5c6d7e8f90', 'wx-form_1'])(
    'is a credit with the formId %s',
    (formId) => expect(isFormId(formId)).toBe(true),
  )
})

describe('other credits', () => {
  it.each([
    ['prepay_id=wx2016', 'wx2016'],
    ['wx2016', 'wx2016'],
    ['wxprepay_id=2016', 'wxprepay_id=2016'],
  ])('arise from the payment %s as %s, with three uses', (prepayId, ref) => {
    expect(withoutPrepayPrefix(prepayId)).toBe(ref)
    expect(read({ ...base, type: 'payment.made', prepayId })).toMatchObject({
      record: { credits: [{ kind: 'payment', ref, uses: 3 }] },
    })
  })

  it('arise from accepting words alone', () => {
    const answers = {
      yes: 'accept',
      alert: 'acceptWithAlert',
      audio: 'acceptWithAudio',
      push: 'acceptWithForcePush',
      no: 'reject',
      banned: 'ban',
      filtered: 'filter',
      later: 'accepted',
    }
    const reading = read({ ...base, type: 'subscription.answered', answers })
    const { record } = reading as { record: { credits: { ref: string }[] } }
    expect(record.credits.map(({ ref }) => ref)).toEqual(['yes', 'alert', 'audio', 'push'])
  })
})

describe('a share', () => {
  it('has no query of a page, which may identify a person', () => {
    const event: ReachEvent = {
      ...base,
      type: 'share.started',
      shareId: 'share-01',
      page: 'pages/a?phone=13800000000',
      path: '/pages/b?_wxr=1#x',
    }
    expect(read(event)).toMatchObject({ record: { page: 'pages/a', path: '/pages/b' } })
  })

  it('is stale when one of its groups cannot be decrypted', () => {
    const groups = [{ unavailable: 'time-out' }, encryptedGroup]
    const event: ReachEvent = {
      ...base,
      type: 'share.finished',
      shareId: 'share-01',
      result: 'ok',
      groups,
    }
    expect(read(event)).toMatchObject({ stale: true })
  })
})

describe('the stored part of an event', () => {
  it('has no formId, no prepay_id, no ticket, no ciphertext and no query', () => {
    const events: ReachEvent[] = [
      form('secret-form'),
      { ...base, type: 'payment.made', prepayId: 'secret-prepay' },
      {
        ...base,
        type: 'share.opened',
        scene: 1044,
        page: 'pages/a?secret=1',
        shareTicket: 'secret-ticket',
        group: encryptedGroup,
      },
    ]
    const stored = events.map(redactedJson)
    expect(stored.join()).not.toContain('secret')
    expect(JSON.parse(stored[2]!)).toEqual({ at: 0, scene: 1044, page: 'pages/a' })
  })
})
