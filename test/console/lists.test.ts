/** @jest-environment jsdom */
import { describe, expect, it } from '@jest/globals'
import { mergeFirstPage } from '../../web/console/src/api/pages.ts'
import { shortId } from '../../web/console/src/ui/short-id.ts'
import { csvOf } from '../../web/console/src/ui/table.ts'
import { drawnRows } from '../../web/console/src/ui/windowing.ts'

interface Row {
  id: string
  state?: string
}
const keyOf = ({ id }: Row) => id
const rowsOf = (...ids: string[]): Row[] => ids.map((id) => ({ id }))

describe('a list that is refreshed', () => {
  it('takes new rows at its top, and keeps the pages below', () => {
    const page = { rows: rowsOf('5', '4', '3'), cursor: 'c' }
    const merged = mergeFirstPage(rowsOf('4', '3', '2', '1'), page, keyOf)!
    expect(merged.rows.map(keyOf)).toEqual(['5', '4', '3', '2', '1'])
    expect([...merged.fresh]).toEqual(['5'])
  })

  it('shows what changed in rows that it had', () => {
    const page = { rows: [{ id: '2', state: 'sent' }, { id: '1' }], cursor: 'c' }
    const merged = mergeFirstPage([{ id: '2', state: 'queued' }, { id: '1' }], page, keyOf)!
    expect(merged.rows[0]).toEqual({ id: '2', state: 'sent' })
    expect(merged.fresh.size).toBe(0)
  })

  it('begins anew where more rows arose than a page holds', () => {
    const page = { rows: rowsOf('9', '8'), cursor: 'c' }
    expect(mergeFirstPage(rowsOf('4', '3'), page, keyOf)).toBeUndefined()
  })

  it('drops rows that are gone where the page is the last one', () => {
    const merged = mergeFirstPage(rowsOf('2', '1'), { rows: rowsOf('1') }, keyOf)!
    expect(merged.rows.map(keyOf)).toEqual(['1'])
  })
})

describe('a long list', () => {
  const view = { count: 10_000, rowHeight: 40, windowHeight: 800 }

  it('draws what is seen, and some rows around it', () => {
    expect(drawnRows({ ...view, top: 300 })).toEqual([0, 21])
    expect(drawnRows({ ...view, top: -200_000 })).toEqual([4_992, 5_028])
    expect(drawnRows({ ...view, top: -399_600 })).toEqual([9_982, 10_000])
  })

  it('is drawn whole if it is short', () => {
    expect(drawnRows({ ...view, count: 50, top: -200_000 })).toEqual([0, 50])
  })

  it('draws nothing of a list that is out of sight, and never less than nothing', () => {
    const [from, to] = drawnRows({ ...view, top: -9_999_999 })
    expect([from, to]).toEqual([10_000, 10_000])
  })
})

describe('a CSV', () => {
  const columns = [
    { key: 'id', title: 'id', csv: (row: Row) => row.id },
    { key: 'acts', title: 'acts' },
    { key: 'n', title: 'n', csv: () => -1 },
  ]
  const linesOf = (...ids: string[]) => csvOf(columns, rowsOf(...ids)).split('\r\n')

  it('has the columns with texts, quotes where they are needed, and the mark of UTF-8', () => {
    expect(linesOf('a', 'b "c", d')).toEqual(['\uFEFFid,n', 'a,-1', '"b ""c"", d",-1', ''])
  })

  it.each(['=1+1', '+1', '-1', '@cmd', '\tx'])('gives a spreadsheet no formula: %j', (id) => {
    expect(linesOf(id)[1]).toBe(`'${id},-1`)
  })
})

describe('an id', () => {
  it('is shortened in the middle', () => {
    expect(shortId('oX3fQkLmZpRtYw0001kQ2')).toBe('oX3f…1kQ2')
    expect(shortId('alice')).toBe('alice')
  })
})
