/** Where each dot of a share tree stands: a column a depth, and a row a leaf. */
import type { ShareNode } from 'wx-reach-server/client'

/** Beyond these the children of a share are folded into a count. */
export const mostChildren = 30

/** `dot`: half of the largest, with its halo. */
export const sizes = { column: 184, row: 28, margin: 24, dot: 16 } as const

export type TreeItem = {
  /** Unique in the tree. */
  key: string
  /** Of the share that it hangs on. Absent: the root. */
  parent?: string
  depth: number
  x: number
  y: number
} & (
  | {
      is: 'share'
      share: ShareNode
      radius: number
      /** Shares below it, however deep. */
      below: number
      /** Its children are not drawn. */
      folded: boolean
    }
  | { is: 'group'; openGId: string }
  /** Children that are not drawn. */
  | { is: 'more'; count: number }
)

export interface TreeLayout {
  /** Column by column, from top to bottom. */
  items: readonly TreeItem[]
  byKey: ReadonlyMap<string, TreeItem>
  width: number
  height: number
}

/** What the person folded and unfolded, by the keys of shares. */
export interface Folding {
  /** Shares whose subtree is hidden. */
  folded: ReadonlySet<string>
  /** Shares whose children are all drawn, however many they are. */
  whole: ReadonlySet<string>
}

/**
 * Shares that are folded in a tree that nobody touched: as few as leave no more than about `most`
 * items, those near the root first.
 */
export function foldedAtFirst(nodes: readonly ShareNode[], most = 80): Set<string> {
  const children = childrenOf(nodes)
  const folded = new Set<string>()
  let drawn = 1
  let next = nodes.slice(0, 1)
  while (next.length > 0) {
    const below: ShareNode[] = []
    for (const { shareId, openGIds } of next) {
      const own = children.get(shareId) ?? []
      const count = own.length + openGIds.length
      const adds = Math.min(count, mostChildren + 1)
      if (drawn > 1 && drawn + adds > most && count > 0) folded.add(shareId)
      else {
        drawn += adds
        below.push(...own)
      }
    }
    next = below
  }
  return folded
}

export const nothingFolded: Folding = { folded: new Set(), whole: new Set() }

/** The area grows with the opens. */
export const radiusOf = (opens: number): number => Math.min(12, 4 + Math.sqrt(opens) * 1.25)

/**
 * @param nodes the root first, and each share after the one that it came from
 */
export function layOut(nodes: readonly ShareNode[], folding: Folding = nothingFolded): TreeLayout {
  const [root] = nodes
  if (!root) return { items: [], byKey: new Map(), width: 0, height: 0 }
  const children = childrenOf(nodes)
  const below = countBelow(nodes, children)
  const columns: TreeItem[][] = []
  let row = 0

  const place = (item: TreeItem): TreeItem => {
    ;(columns[item.depth] ??= []).push(item)
    return item
  }
  const at = (key: string, depth: number, parent?: string) => ({
    key,
    depth,
    x: sizes.margin + depth * sizes.column,
    y: 0,
    ...(parent !== undefined && { parent }),
  })
  const leaf = (item: TreeItem): TreeItem => {
    item.y = sizes.margin + row * sizes.row
    row += 1
    return place(item)
  }

  // As deep as the tree, which the server limits.
  function placeShare(share: ShareNode, depth: number, parent?: string): TreeItem {
    const { shareId } = share
    const shares = children.get(shareId) ?? []
    const folded = folding.folded.has(shareId)
    const count = folded ? 0 : shares.length + share.openGIds.length
    const item: TreeItem = {
      ...at(shareId, depth, parent),
      is: 'share',
      share,
      radius: radiusOf(share.opens),
      below: below.get(shareId) ?? 0,
      folded: folded && shares.length + share.openGIds.length > 0,
    }
    if (count === 0) return leaf(item)
    const most = folding.whole.has(shareId) || count <= mostChildren ? count : mostChildren
    const groups = share.openGIds.slice(0, most)
    const drawn = shares.slice(0, most - groups.length)
    const next = depth + 1
    const placed = [
      ...groups.map((openGId) =>
        leaf({ ...at(`${shareId} ${openGId}`, next, shareId), is: 'group', openGId }),
      ),
      ...drawn.map((child) => placeShare(child, next, shareId)),
    ]
    if (count > most) {
      placed.push(leaf({ ...at(`${shareId} +`, next, shareId), is: 'more', count: count - most }))
    }
    item.y = (placed[0]!.y + placed.at(-1)!.y) / 2
    return place(item)
  }

  placeShare(root, 0)
  const items = columns.flat()
  return {
    items,
    byKey: new Map(items.map((item) => [item.key, item])),
    width: sizes.margin * 2 + columns.length * sizes.column,
    height: sizes.margin * 2 + (row - 1) * sizes.row,
  }
}

/** The most opened first: they are those that are drawn where there are too many. */
function childrenOf(nodes: readonly ShareNode[]): Map<string, ShareNode[]> {
  const known = new Set(nodes.map(({ shareId }) => shareId))
  const [root] = nodes
  const children = new Map<string, ShareNode[]>()
  for (const node of nodes) {
    if (node === root) continue
    const parent = known.has(node.parentShareId ?? '') ? node.parentShareId! : root!.shareId
    const siblings = children.get(parent)
    if (siblings) siblings.push(node)
    else children.set(parent, [node])
  }
  for (const siblings of children.values()) siblings.sort((a, b) => b.opens - a.opens)
  return children
}

function countBelow(
  nodes: readonly ShareNode[],
  children: ReadonlyMap<string, readonly ShareNode[]>,
): Map<string, number> {
  const below = new Map<string, number>()
  for (const { shareId } of [...nodes].reverse()) {
    const own = children.get(shareId) ?? []
    const sum = own.reduce((total, child) => total + 1 + (below.get(child.shareId) ?? 0), 0)
    below.set(shareId, sum)
  }
  return below
}

/**
 * A scale at which a frame ends between two columns, so that it cuts no words and no dots: about 1,
 * and not below `least`.
 */
export function scaleOfColumns(width: number, least: number): number {
  const at = (columns: number) => width / (sizes.margin + columns * sizes.column - sizes.dot)
  const columns = Math.max(1, Math.ceil((width - sizes.margin) / sizes.column))
  return columns > 1 && at(columns) < least ? at(columns - 1) : at(columns)
}

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** The items in a box, and those whose words reach into it. */
export const itemsIn = ({ items }: TreeLayout, box: Box): TreeItem[] =>
  items.filter(
    ({ x, y }) =>
      x > box.left - sizes.column &&
      x < box.right + sizes.row &&
      y > box.top - sizes.row &&
      y < box.bottom + sizes.row,
  )

/**
 * The lines in a box, as the path of an SVG: from each share a trunk along its children, and from
 * the trunk a branch to each of them.
 *
 * @param hasWords beside the shares: a line begins after them
 */
export function linesIn({ items, byKey }: TreeLayout, box: Box, hasWords = true): string {
  const trunks = new Map<string, [top: number, bottom: number]>()
  let path = ''
  for (const { parent, x, y } of items) {
    const from = parent === undefined ? undefined : byKey.get(parent)
    if (!from) continue
    const [top, bottom] = trunks.get(parent!) ?? [from.y, from.y]
    trunks.set(parent!, [Math.min(top, y), Math.max(bottom, y)])
    const isSeen = y >= box.top && y <= box.bottom && x >= box.left && from.x <= box.right
    if (isSeen) path += `M${trunkOf(from.x)} ${y}H${x}`
  }
  for (const [key, [top, bottom]] of trunks) {
    const from = byKey.get(key)!
    const x = trunkOf(from.x)
    if (bottom < box.top || top > box.bottom || x < box.left || from.x > box.right) continue
    path += `M${from.x + (hasWords ? wordsWidthOf(from) : 0)} ${from.y}H${x}`
    // No longer than what is seen: a trunk may be some hundred thousand pixels long.
    path += `M${x} ${Math.max(top, box.top)}V${Math.min(bottom, box.bottom)}`
  }
  return path
}

/** Of the openId, and the opens. */
const wordsWidthOf = (item: TreeItem) => (item.is === 'share' && item.share.opens > 0 ? 124 : 88)

const trunkOf = (x: number) => x + sizes.column - 28

export type Step = 'parent' | 'child' | 'up' | 'down' | 'root'

/** Where an arrow key leads. `undefined`: there is nothing. */
export function stepFrom(layout: TreeLayout, key: string, step: Step): TreeItem | undefined {
  const { items, byKey } = layout
  const item = byKey.get(key)
  if (!item || step === 'root') return items[0]
  if (step === 'parent') return item.parent === undefined ? undefined : byKey.get(item.parent)
  if (step === 'child') {
    const own = items.filter(({ parent }) => parent === key)
    // The one at its height, as the eye expects.
    return own.toSorted((a, b) => Math.abs(a.y - item.y) - Math.abs(b.y - item.y))[0]
  }
  const next = items[items.indexOf(item) + (step === 'down' ? 1 : -1)]
  return next?.depth === item.depth ? next : undefined
}
