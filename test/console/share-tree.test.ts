import { describe, expect, it } from '@jest/globals'
import type { ShareNode } from '../../shared/wire/index.ts'
import { broughtIn, fitted, seenOf, zoomed } from '../../web/console/src/pictures/map-view.ts'
import {
  itemsIn,
  foldedAtFirst,
  layOut,
  linesIn,
  mostChildren,
  radiusOf,
  scaleOfColumns,
  sizes,
  stepFrom,
  type TreeItem,
} from '../../web/console/src/pictures/share-tree.ts'

const share = (shareId: string, parentShareId?: string, more: Partial<ShareNode> = {}) =>
  ({
    shareId,
    depth: 0,
    opens: 0,
    openers: 0,
    openGIds: [],
    ...(parentShareId !== undefined && { parentShareId }),
    ...more,
  }) satisfies ShareNode

const keys = (items: readonly TreeItem[]) => items.map(({ key }) => key)
const folding = (folded: string[], whole: string[] = []) => ({
  folded: new Set(folded),
  whole: new Set(whole),
})

const family = [share('a'), share('b', 'a', { opens: 2 }), share('c', 'a'), share('d', 'b')]
const wide = [
  share('root'),
  ...Array.from({ length: 40 }, (_, n) => share(`s${n}`, 'root', { opens: n })),
]

describe('the layout of a share tree', () => {
  it('has a column for each depth, with the root at the left', () => {
    const { byKey } = layOut(family)
    const x = (key: string) => byKey.get(key)!.x
    expect(x('a')).toBe(sizes.margin)
    expect(x('b')).toBe(x('a') + sizes.column)
    expect(x('c')).toBe(x('b'))
    expect(x('d')).toBe(x('b') + sizes.column)
  })

  it('has a parent in the middle of its children, and no two in one place', () => {
    const { byKey, items } = layOut(family)
    const [b, c] = [byKey.get('b')!, byKey.get('c')!]
    expect(byKey.get('a')!.y).toBe((b.y + c.y) / 2)
    expect(Math.abs(b.y - c.y)).toBeGreaterThanOrEqual(sizes.row)
    expect(new Set(items.map(({ x, y }) => `${x} ${y}`)).size).toBe(items.length)
  })

  it('draws what was opened more often larger, up to a limit', () => {
    expect(radiusOf(9)).toBeGreaterThan(radiusOf(1))
    expect(radiusOf(1_000_000)).toBe(radiusOf(10_000))
  })

  it('hangs the groups on the share that reached them', () => {
    const { items } = layOut([share('a', undefined, { openGIds: ['g1', 'g2'] })])
    expect(items.filter(({ is }) => is === 'group')).toMatchObject([
      { openGId: 'g1', parent: 'a', depth: 1 },
      { openGId: 'g2', parent: 'a', depth: 1 },
    ])
  })

  it('folds children past 30 into a count, and keeps those with the most opens', () => {
    const { items, byKey } = layOut(wide)
    expect(items.filter(({ is, depth }) => is === 'share' && depth === 1)).toHaveLength(
      mostChildren,
    )
    expect(byKey.get('root +')).toMatchObject({ is: 'more', count: 10 })
    expect(byKey.has('s39')).toBe(true)
    expect(byKey.has('s0')).toBe(false)
  })

  it('draws all children of a share that the person unfolded', () => {
    const { items } = layOut(wide, folding([], ['root']))
    expect(items).toHaveLength(41)
  })

  it('hides a subtree that the person folded, and counts what is in it', () => {
    const { byKey } = layOut(family, folding(['b']))
    expect(byKey.has('d')).toBe(false)
    expect(byKey.get('b')).toMatchObject({ folded: true, below: 1 })
    expect(byKey.get('a')).toMatchObject({ folded: false, below: 3 })
  })

  it('shows a share without a known parent at the root', () => {
    const { byKey } = layOut([share('a', 'elsewhere'), share('b', 'unknown')])
    expect(byKey.get('b')).toMatchObject({ parent: 'a', depth: 1 })
  })

  it('is empty without shares', () => {
    expect(layOut([]).items).toEqual([])
  })
})

/** Every share has three children. */
const large = Array.from({ length: 5_000 }, (_, n) =>
  share(`s${n}`, n === 0 ? undefined : `s${Math.floor((n - 1) / 3)}`),
)

describe('a share tree of 5,000 nodes', () => {
  it('is laid out once and drawn in part: what a frame shows, and no line beyond it', () => {
    const layout = layOut(large)
    expect(layout.items).toHaveLength(5_000)
    const box = { left: 0, top: 20_000, right: 1_700, bottom: 20_600 }
    const drawn = itemsIn(layout, box)
    expect(drawn.length).toBeGreaterThan(10)
    expect(drawn.length).toBeLessThan(150)
    const path = linesIn(layout, box)
    expect(path.length).toBeLessThan(10_000)
    const trunks = [...path.matchAll(/ ([\d.]+)V([\d.]+)/g)].flatMap(([, a, b]) => [+a!, +b!])
    expect(trunks.every((y) => y >= box.top && y <= box.bottom)).toBe(true)
  })

  it('begins with its deeper shares folded, and with all of a small tree unfolded', () => {
    const layout = layOut(large, { folded: foldedAtFirst(large), whole: new Set() })
    expect(layout.items.length).toBeGreaterThan(30)
    expect(layout.items.length).toBeLessThanOrEqual(80)
    expect(layout.byKey.get('s0')).toMatchObject({ folded: false, below: 4_999 })
    expect(foldedAtFirst(family).size).toBe(0)
  })

  it('draws a trunk that passes through the frame although both of its ends are outside', () => {
    const layout = layOut(wide, folding([], ['root']))
    const path = linesIn(layout, { left: 0, top: 100, right: 400, bottom: 200 })
    expect(path).toMatch(/V200/)
  })
})

describe('the arrow keys', () => {
  const layout = layOut(family)
  const step = (from: string, to: Parameters<typeof stepFrom>[2]) => stepFrom(layout, from, to)?.key

  it('walk from a share to its children and back', () => {
    expect(step('b', 'child')).toBe('d')
    expect(step('d', 'parent')).toBe('b')
    expect(step('d', 'child')).toBeUndefined()
    expect(step('a', 'parent')).toBeUndefined()
  })

  it('walk up and down within a column', () => {
    expect(step('b', 'down')).toBe('c')
    expect(step('c', 'up')).toBe('b')
    expect(step('c', 'down')).toBeUndefined()
  })

  it('lead to the root from everywhere, and where the share is gone', () => {
    expect(step('d', 'root')).toBe('a')
    expect(step('gone', 'down')).toBe('a')
  })

  it('follow the column from top to bottom', () => {
    const column = layout.items.filter(({ depth }) => depth === 1)
    expect(keys(column)).toEqual(['b', 'c'])
  })
})

describe('the view of a large drawing', () => {
  const frame = { width: 800, height: 400 }
  const scales = { least: 0.7, otherwise: 1 }

  it('zooms about a point, which stays where it is', () => {
    const before = { x: 10, y: 20, scale: 1 }
    const after = zoomed(before, 2, { x: 110, y: 120 })
    expect(after.scale).toBe(2)
    expect((110 - after.x) / after.scale).toBe(100)
    expect((120 - after.y) / after.scale).toBe(100)
  })

  it('zooms between a tenth and twice the size', () => {
    const view = { x: 0, y: 0, scale: 1 }
    expect(zoomed(view, 100, { x: 0, y: 0 }).scale).toBe(2)
    expect(zoomed(view, 0.001, { x: 0, y: 0 }).scale).toBe(0.1)
  })

  it('shows all of a drawing that stays readable, and else its left edge in full size', () => {
    expect(fitted({ width: 1_000, height: 300 }, frame, 0, scales)).toMatchObject({ scale: 0.8 })
    const view = fitted({ width: 2_000, height: 90_000 }, frame, 45_000, scales)
    expect(view.scale).toBe(1)
    const { top, bottom } = seenOf(view, frame)
    expect((top + bottom) / 2).toBe(45_000)
  })

  it('moves to a point outside the frame, and stays for one inside', () => {
    const view = { x: 0, y: 0, scale: 1 }
    expect(broughtIn(view, { x: 100, y: 100 }, frame)).toEqual(view)
    const moved = broughtIn(view, { x: 2_000, y: 5_000 }, frame)
    const { left, right, top, bottom } = seenOf(moved, frame)
    expect(2_000).toBeGreaterThan(left)
    expect(2_000).toBeLessThan(right)
    expect(5_000).toBeGreaterThan(top)
    expect(5_000).toBeLessThan(bottom)
  })
})

describe('the first view of a tree that is too large', () => {
  it.each([320, 343, 500, 670, 968, 1_280])('ends between two columns at %i pixels', (width) => {
    const scale = scaleOfColumns(width, 0.75)
    const columns = (width / scale - sizes.margin + sizes.dot) / sizes.column
    expect(columns).toBeCloseTo(Math.round(columns), 9)
    expect(scale).toBeGreaterThanOrEqual(0.75)
    expect(scale).toBeLessThan(1.6)
  })
})
