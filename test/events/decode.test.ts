import { describe, expect, it } from '@jest/globals'
import { anything, assert, constantFrom, property } from 'fast-check'
import { happenedAtMs } from '../../server/events/read-event.ts'
import { decodeEvent } from '../../server/http/schemas/events.ts'

const form = {
  id: 'event-0001',
  at: 1_000,
  type: 'form.submitted',
  formId: 'f-1',
  page: 'pages/form/form',
}
const opened = { id: 'event-0002', at: 1_000, type: 'share.opened', scene: 1044, page: 'pages/a' }

const result = (value: unknown, index = 3) => {
  const decoded = decodeEvent(value, index)
  return decoded.ok ? { status: 'good' } : decoded.result
}
const paths = (value: unknown) => {
  const outcome = result(value)
  return 'errors' in outcome ? outcome.errors?.map(({ path }) => path) : []
}

describe('an event of a phone', () => {
  it('may have fields that the server does not know yet', () => {
    expect(result({ ...form, mood: 'good', nested: { deep: [1] } })).toEqual({ status: 'good' })
  })

  it.each([
    ['null', null],
    ['a text', 'form.submitted'],
    ['a list', [form]],
    ['a number', 5],
    ['an object without a type', { id: 'event-0001' }],
    ['a type of another version', { ...form, type: 'form.cancelled' }],
    ['the name of a member of every object', { ...form, type: 'constructor' }],
    ['a type that is not a text', { ...form, type: { form: 'submitted' } }],
  ])('is of an unknown type: %s', (_, value) => {
    expect(result(value)).toMatchObject({
      status: 'rejected',
      reason: 'unknown_type',
      errors: [{ path: '/events/3/type' }],
    })
  })

  it('has a result under its id, and under null where it has none', () => {
    expect(result({ ...form, formId: 5 })).toMatchObject({ id: 'event-0001' })
    expect(result({ ...form, id: 5 })).toMatchObject({ id: null })
    expect(result({ type: 'no.such' })).toMatchObject({ id: null })
  })

  it.each([
    ['a short id', { ...form, id: 'short-1' }, '/id'],
    ['a long id', { ...form, id: 'i'.repeat(65) }, '/id'],
    ['an id that is not URL-safe', { ...form, id: 'event 0001' }, '/id'],
    ['a time as text', { ...form, at: '1000' }, '/at'],
    ['an infinite time', { ...form, at: Infinity }, '/at'],
    ['a formId of 129 characters', { ...form, formId: 'f'.repeat(129) }, '/formId'],
    ['an empty formId', { ...form, formId: '' }, '/formId'],
    ['a NUL', { ...form, formId: 'f\u0000' }, '/formId'],
    ['a page of 1,025', { ...form, page: 'p'.repeat(1_025) }, '/page'],
    ['half a scene', { ...opened, scene: 10.5 }, '/scene'],
    ['a scene of 1e300', { ...opened, scene: 1e300 }, '/scene'],
    ['a negative scene', { ...opened, scene: -1 }, '/scene'],
    ['a ticket of 513', { ...opened, shareTicket: 't'.repeat(513) }, '/shareTicket'],
  ])('is invalid with %s', (_, value, path) => {
    expect(result(value)).toMatchObject({ status: 'rejected', reason: 'invalid' })
    expect(paths(value)).toContain(`/events/3${path}`)
  })

  it.each([
    ['without its iv', { source: 'shareInfo', encryptedData: 'A' }],
    ['with over 4 KB of data', group('A'.repeat(4_097))],
    ['with a number for data', group(5)],
    ['with a cloudID alone', { source: 'groupEnterInfo', cloudID: '38_abc' }],
    ['of an unknown source', { ...group('AAAA'), source: 'chatInfo' }],
    ['with a reason of 257 characters', { unavailable: 'r'.repeat(257) }],
    ['with a NUL in its reason', { unavailable: 'fail\u0000' }],
    ['that is a text', 'family'],
    ['that is null', null],
    ['that is a list', []],
  ])('is kept without a group %s, alone or among others', (_, bad) => {
    const unread = { unavailable: 'bad_group' }
    const arrival = { ...opened, group: bad }
    expect(decodeEvent(arrival, 3)).toEqual({ ok: true, event: { ...opened, group: unread } })
    expect(arrival.group).toBe(bad)
    const groups = [group('AAAA'), bad, { unavailable: 'timeout' }]
    const finished = { id: 'event-0003', at: 1, type: 'share.finished', shareId: 'share-01' }
    const read = [group('AAAA'), unread, { unavailable: 'timeout' }]
    expect(decodeEvent({ ...finished, result: 'ok', groups }, 3)).toEqual({
      ok: true,
      event: { ...finished, result: 'ok', groups: read },
    })
    expect(result({ ...finished, result: 'ok', groups: bad })).toEqual({ status: 'good' })
  })

  it('is invalid, whatever its group, where another field is bad', () => {
    expect(paths({ ...opened, page: 5, group: 'family' })).toEqual(['/events/3/page'])
  })

  it.each([
    ['20 tickets', 'good', { shareTickets: tickets(20) }],
    ['21 tickets', 'rejected', { shareTickets: tickets(21) }],
    ['20 groups', 'good', { groups: tickets(20).map((unavailable) => ({ unavailable })) }],
    ['21 groups', 'rejected', { groups: tickets(21).map((unavailable) => ({ unavailable })) }],
    ['a message of 256', 'good', { message: 'm'.repeat(256) }],
    ['a message of 257', 'rejected', { message: 'm'.repeat(257) }],
    ['an unknown result', 'rejected', { result: 'perhaps' }],
  ])('share.finished with %s is %s', (_, status, fields) => {
    const finished = { id: 'event-0003', at: 1, type: 'share.finished', shareId: 'share-01' }
    expect(result({ ...finished, result: 'ok', ...fields })).toMatchObject({ status })
  })

  it.each([
    ['one answer', 'good', { t1: 'accept' }],
    ['an unknown word', 'good', { t1: 'acceptWithLight' }],
    ['five answers', 'good', answers(5)],
    ['six answers', 'rejected', answers(6)],
    ['no answer', 'rejected', {}],
    ['an answer that is not a text', 'rejected', { t1: true }],
    ['a templateId of 129 characters', 'rejected', { ['t'.repeat(129)]: 'accept' }],
  ])('subscription.answered with %s is %s', (_, status, given) => {
    const answered = { id: 'event-0004', at: 1, type: 'subscription.answered', answers: given }
    expect(result(answered)).toMatchObject({ status })
  })

  it('is decoded or rejected and never throws, whatever it is', () => {
    assert(
      property(anything(), constantFrom(form, opened), (junk, base) => {
        for (const value of [junk, { ...base, id: junk }, { ...base, page: junk }]) {
          expect(['good', 'rejected']).toContain(result(value).status)
        }
      }),
    )
  })
})

describe('when an event happened', () => {
  const day = 86_400_000
  it.each([
    ['as long ago as the phone says', 5_000, 9_000, 96_000],
    ['now, when the phone says later', 9_000, 5_000, 100_000],
    ['at most thirty days ago', 0, 10 ** 300, 100_000 - 30 * day],
    ['now, for a phone with an absurd clock', 10 ** 300, -(10 ** 300), 100_000],
  ])('is %s', (_, at, sentAt, happenedMs) => {
    expect(happenedAtMs(at, sentAt, 100_000, 30 * day)).toBe(happenedMs)
  })
})

function group(encryptedData: unknown) {
  return { source: 'shareInfo', encryptedData, iv: 'AAAAAAAAAAAAAAAAAAAAAA==' }
}
function tickets(count: number) {
  return Array.from({ length: count }, (_, n) => `ticket-${n}`)
}
function answers(count: number) {
  return Object.fromEntries(tickets(count).map((templateId) => [templateId, 'accept']))
}
