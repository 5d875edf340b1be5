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
  const told = result(value)
  return 'errors' in told ? told.errors?.map(({ path }) => path) : []
}

describe('an event of a phone', () => {
  it('is taken with fields that the server does not know yet', () => {
    expect(result({ ...form, mood: 'good', nested: { deep: [1] } })).toEqual({ status: 'good' })
  })

  it.each([
    ['null', null],
    ['a text', 'form.submitted'],
    ['a list', [form]],
    ['a number', 5],
    ['an object without a type', { id: 'event-0001' }],
    ['a type of another time', { ...form, type: 'form.cancelled' }],
    ['a type that every object has', { ...form, type: 'constructor' }],
    ['a type that is no text', { ...form, type: { form: 'submitted' } }],
  ])('is of an unknown type: %s', (_, value) => {
    expect(result(value)).toMatchObject({
      status: 'rejected',
      reason: 'unknown_type',
      errors: [{ path: '/events/3/type' }],
    })
  })

  it('is answered under its id, and under null where it has none', () => {
    expect(result({ ...form, formId: 5 })).toMatchObject({ id: 'event-0001' })
    expect(result({ ...form, id: 5 })).toMatchObject({ id: null })
    expect(result({ type: 'no.such' })).toMatchObject({ id: null })
  })

  it.each([
    ['a short id', { ...form, id: 'short-1' }, '/id'],
    ['a long id', { ...form, id: 'i'.repeat(65) }, '/id'],
    ['an id that no URL takes', { ...form, id: 'event 0001' }, '/id'],
    ['a time as text', { ...form, at: '1000' }, '/at'],
    ['a time without end', { ...form, at: Infinity }, '/at'],
    ['a formId of 129 characters', { ...form, formId: 'f'.repeat(129) }, '/formId'],
    ['an empty formId', { ...form, formId: '' }, '/formId'],
    ['a NUL', { ...form, formId: 'f\u0000' }, '/formId'],
    ['a page of 1,025', { ...form, page: 'p'.repeat(1_025) }, '/page'],
    ['half a scene', { ...opened, scene: 10.5 }, '/scene'],
    ['a scene past every number', { ...opened, scene: 1e300 }, '/scene'],
    ['a scene below none', { ...opened, scene: -1 }, '/scene'],
    ['a ticket of 513', { ...opened, shareTicket: 't'.repeat(513) }, '/shareTicket'],
    [
      'a group without its iv',
      { ...opened, group: { source: 'shareInfo', encryptedData: 'A' } },
      '/group/iv',
    ],
    ['over 4 KB of data', { ...opened, group: group('A'.repeat(4_097)) }, '/group/encryptedData'],
    ['a number for data', { ...opened, group: group(5) }, '/group/encryptedData'],
    ['a group of its own kind', { ...opened, group: 'family' }, '/group'],
  ])('is invalid with %s', (_, value, path) => {
    expect(result(value)).toMatchObject({ status: 'rejected', reason: 'invalid' })
    expect(paths(value)).toContain(`/events/3${path}`)
  })

  it.each([
    ['20 tickets', { shareTickets: tickets(20) }, 'good'],
    ['21 tickets', { shareTickets: tickets(21) }, 'rejected'],
    ['20 groups', { groups: tickets(20).map((unavailable) => ({ unavailable })) }, 'good'],
    ['21 groups', { groups: tickets(21).map((unavailable) => ({ unavailable })) }, 'rejected'],
    ['a message of 256', { message: 'm'.repeat(256) }, 'good'],
    ['a message of 257', { message: 'm'.repeat(257) }, 'rejected'],
    ['a result of its own', { result: 'perhaps' }, 'rejected'],
  ])('share.finished with %s is %3$s', (_, fields, status) => {
    const finished = { id: 'event-0003', at: 1, type: 'share.finished', shareId: 'share-01' }
    expect(result({ ...finished, result: 'ok', ...fields })).toMatchObject({ status })
  })

  it.each([
    ['one answer', { t1: 'accept' }, 'good'],
    ['a word of tomorrow', { t1: 'acceptWithLight' }, 'good'],
    ['five answers', answers(5), 'good'],
    ['six answers', answers(6), 'rejected'],
    ['no answer', {}, 'rejected'],
    ['an answer that is no word', { t1: true }, 'rejected'],
    ['a templateId of 129 characters', { ['t'.repeat(129)]: 'accept' }, 'rejected'],
  ])('subscription.answered with %s is %3$s', (_, given, status) => {
    const answered = { id: 'event-0004', at: 1, type: 'subscription.answered', answers: given }
    expect(result(answered)).toMatchObject({ status })
  })

  it('is decoded or rejected, whatever it is, and never thrown at', () => {
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
    ['at most so long ago as is believed', 0, 10 ** 300, 100_000 - 30 * day],
    ['now, for a phone in another age', 10 ** 300, -(10 ** 300), 100_000],
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
