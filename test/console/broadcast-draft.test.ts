/** @jest-environment node */
import { describe, expect, it } from '@jest/globals'
import { cardRows } from '../../web/console/src/pictures/card-rows.ts'
import {
  emptyDraft,
  isComplete,
  problemsOfBroadcast,
  requestOfBroadcast,
  type BroadcastDraft,
} from '../../web/console/src/screens/broadcasts/broadcast-draft.ts'
import { formatOf, partsOf } from '../../web/console/src/screens/broadcasts/upload-parts.ts'

const draft: BroadcastDraft = {
  ...emptyDraft,
  channel: 'subscribe',
  templateId: 'T',
  values: { thing1: '面包' },
}
const rows = cardRows('商品{{thing1.DATA}}', { thing1: { value: '面包' } })

describe('the request of a broadcast', () => {
  const zoneMinutes = 480

  it('proposes the hours of the day, and names no more than was filled in', () => {
    expect(requestOfBroadcast(draft, rows, zoneMinutes)).toEqual({
      channel: 'subscribe',
      templateId: 'T',
      data: { thing1: { value: '面包' } },
      audience: { from: 'holders' },
      sendWindow: { from: '09:00', until: '21:00' },
    })
  })

  it('has all that was filled in', () => {
    const filled = {
      ...draft,
      name: ' 秋季 ',
      page: 'pages/a',
      tag: '促销',
      activeSince: '2026-11-01',
      openGId: ' group-1 ',
      shareId: 'share-0001',
      holdout: '10',
      startAt: '2026-12-01T10:00',
      windowFrom: '',
      perMinute: '600',
    }
    expect(requestOfBroadcast(filled, rows, zoneMinutes)).toMatchObject({
      name: '秋季',
      page: 'pages/a',
      audience: {
        from: 'holders',
        tag: '促销',
        activeSince: '2026-10-31T16:00:00.000Z',
        openGId: 'group-1',
        shareId: 'share-0001',
      },
      holdout: 10,
      startAt: '2026-12-01T02:00:00.000Z',
      perMinute: 600,
    })
    expect(requestOfBroadcast(filled, rows, zoneMinutes)).not.toHaveProperty('sendWindow')
    const list = requestOfBroadcast({ ...filled, from: 'list' }, rows, zoneMinutes)
    expect(list.audience).toEqual({ from: 'list' })
  })

  it('is complete when each value fits; those of a list may hold fields', () => {
    const complete = (rest: Partial<BroadcastDraft>) =>
      isComplete(problemsOfBroadcast({ ...draft, ...rest }, undefined, ['thing1']))
    expect(complete({})).toBe(true)
    expect(complete({ templateId: undefined })).toBe(false)
    expect(complete({ page: '/pages/a' })).toBe(false)
    expect(complete({ values: {} })).toBe(false)
    const longField = { thing1: `{{${'x'.repeat(30)}}}` }
    expect(complete({ values: longField })).toBe(false)
    expect(complete({ values: longField, from: 'list' })).toBe(true)
  })
})

describe('a file of recipients', () => {
  async function parts(text: string, format: 'csv' | 'ndjson', size: number) {
    const found: [string, number][] = []
    for await (const { bytes, linesBefore } of partsOf(new Blob([text]), format, size)) {
      found.push([new TextDecoder().decode(bytes), linesBefore])
    }
    return found
  }

  it('is cut behind whole lines', async () => {
    expect(await parts('aa\nbb\ncc\ndd', 'ndjson', 7)).toEqual([
      ['aa\nbb\n', 0],
      ['cc\ndd', 2],
    ])
    expect(await parts('', 'ndjson', 7)).toEqual([])
  })

  it('repeats the head of a CSV in each part', async () => {
    expect(await parts('openId\naa\nbb\ncc\n', 'csv', 13)).toEqual([
      ['openId\naa\nbb\n', 0],
      ['openId\ncc\n', 2],
    ])
  })

  it('keeps a line whole that is larger than a part', async () => {
    expect(await parts('aaaaaaaaaa\nb\n', 'ndjson', 4)).toEqual([
      ['aaaaaaaaaa\n', 0],
      ['b\n', 1],
    ])
  })

  it('has the format that its name says', () => {
    expect([formatOf('a.CSV'), formatOf('a.ndjson'), formatOf('a')]).toEqual([
      'csv',
      'ndjson',
      'ndjson',
    ])
  })
})
