/**
 * The web console in Chromium: the first view of each screen on a slow phone, how soon a long list
 * answers to what people do, and the frames of a large share tree while it is dragged.
 *
 *   npm run bench -- console           five turns
 *   npm run bench -- console --quick   one, with some screens and a shorter list
 *
 * CHROMIUM_PATH: default /usr/bin/chromium.
 */
import { firstView } from './console/first-view.ts'
import { measureInteractions } from './console/interactions.ts'
import { asItIs, slowCpu, slowPhone, startBrowser, type Conditions } from './console/pages.ts'
import { panTree } from './console/panning.ts'
import { record, type Recorded } from './console/recording.ts'
import { startServed, treeNodes, treeRoot } from './served-console.ts'
import { median, quick, table, turns } from './compare.ts'

/** In milliseconds. */
const atMost = { view: 1_000, interaction: 100, frame: 33 } as const
/** Of the frames that are within the limit. */
const share = 0.95
const listRows = quick ? 500 : 10_000

const tree = `shares/${treeRoot}`
const paths = quick
  ? ['messages', tree]
  : [
      '',
      'users',
      'messages',
      'compose',
      'shares',
      tree,
      'groups',
      'templates',
      'codes',
      'pushes',
      'customer',
      'settings',
    ]

const served = await startServed()
const browser = await startBrowser(served, record)
const urlOf = (path: string) => `${served.origin}/console/${path}`

async function firstViews(): Promise<void> {
  const rows: (string | number)[][] = []
  for (const path of paths) {
    const views: Recorded[] = []
    for (let turn = 0; turn < turns; turn += 1) {
      views.push(await firstView(browser, urlOf(path), slowPhone))
    }
    const of = (name: Exclude<keyof Recorded, 'interactionsMs'>) =>
      median(views.map((view) => view[name]))
    rows.push([
      path || 'overview',
      of('firstPaintMs'),
      of('largestPaintMs'),
      atMost.view,
      of('completeMs'),
      of('shift'),
      0,
    ])
  }
  const head = ['first paint ms', 'largest ms', 'at most', 'complete ms', 'shift', 'at most']
  table(['first view, CPU ×4, slow 4G', ...head], rows)
}

async function interactions(): Promise<void> {
  const options = { rows: listRows, times: turns }
  const measured = await measureInteractions(browser, urlOf('messages'), options)
  table(
    [`messages, ${listRows} rows, CPU ×4`, 'to the next paint, ms', 'at most'],
    measured.map(({ name, ms }) => [name, median(ms), atMost.interaction]),
  )
}

async function frames(): Promise<void> {
  const row = async (name: string, conditions: Conditions, limit: number | string) => {
    const ms: number[] = []
    for (let turn = 0; turn < turns; turn += 1) {
      ms.push(...(await panTree(browser, urlOf(tree), conditions)))
    }
    ms.sort((a, b) => a - b)
    return [name, ms.length, median(ms), ms[Math.floor(share * ms.length)]!, limit]
  }
  table(
    [`tree of ${treeNodes} shares, dragged`, 'frames', 'p50 ms', 'p95 ms', 'at most'],
    [await row('CPU ×1', asItIs, atMost.frame), await row('CPU ×4', slowCpu, 'no limit')],
  )
}

try {
  await firstViews()
  await interactions()
  await frames()
} finally {
  await browser.close()
  await served.close()
}
