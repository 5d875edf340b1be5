/** Counts of what the library does for a page. Unlike times, they are the same on every phone. */
import { createReach, type Reach } from '../../miniprogram/client'
import { createCountingPhone, type CountingPhone } from './phone'

export interface Count {
  what: string
  value: number
  /** The minimum of a working library: a capture that writes nothing loses its event. */
  least: number
  /** The maximum. */
  limit: number
}

const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const

const start = ({ platform, world }: CountingPhone): Reach =>
  createReach({ ...options, platform }, world)

const formId = (n: number) => `${n}`.padEnd(32, 'f')

interface Content {
  title: string
  path: string
}

const content: Content = { title: '一起来看', path: '/pages/detail/detail?id=12345678' }

/** Captures a form, or at every third call a share of a page with a query. */
function capture(reach: Reach, n: number, shared = content): void {
  if (n % 3 === 2) reach.share(() => shared)({ from: 'button', target: undefined })
  else reach.formSubmit()({ detail: { formId: formId(n), value: {} } })
}

/** A title of up to sixty Chinese characters, and a path that holds them unencoded. */
const chinese = (n: number): Content => {
  const words = '今天群里谁走得最多来看看你排在第几名'.repeat(4).slice(0, 10 + (n % 51))
  return { title: words, path: `/pages/详情/详情?name=${words}` }
}

/** A launch up to the first page, with five hundred events from an earlier launch. */
function launch(): Count[] {
  const phone = createCountingPhone()
  const before = start(phone)
  for (let n = 0; n < 500; n++) capture(before, n)
  const queued = before.inspect().queued.length
  phone.reset()
  const parses = phone.parsesOf(() => {
    const app = start(phone).app({})
    app.onLaunch!({ path: 'pages/index/index', query: {}, scene: 1001 } as never)
    app.onShow!({ path: 'pages/index/index', query: {}, scene: 1001 } as never)
  })
  const { reads, writes, requests, warnings } = phone
  return [
    { what: 'launch: events of an earlier launch', value: queued, least: 500, limit: 500 },
    { what: 'launch: storage keys read', value: new Set(reads).size, least: 1, limit: 1 },
    { what: 'launch: storage reads', value: reads.length, least: 1, limit: 2 },
    { what: 'launch: JSON parsed', value: parses, least: 0, limit: 0 },
    { what: 'launch: storage writes', value: writes.length, least: 0, limit: 0 },
    { what: 'launch: requests', value: requests, least: 0, limit: 0 },
    { what: 'launch: warnings', value: warnings.length, least: 0, limit: 0 },
  ]
}

/** A thousand captures; the queue grows with each. */
function captures(
  name: string,
  mostBytes: number,
  mostWrites: number,
  sharedAt?: (n: number) => Content,
): Count[] {
  const phone = createCountingPhone()
  const reach = start(phone)
  let largest = 0
  let most = 0
  let total = 0
  for (let n = 0; n < 1000; n++) {
    phone.reset()
    capture(reach, n, sharedAt && sharedAt(n))
    largest = Math.max(largest, ...phone.writes.map(({ bytes }) => bytes))
    most = Math.max(most, phone.writes.length)
    total += phone.writes.length
  }
  const { warnings } = phone
  return [
    { what: `${name}: bytes of a write`, value: largest, least: 2048, limit: mostBytes },
    { what: `${name}: writes, on average`, value: total / 1000, least: 1, limit: mostWrites },
    { what: `${name}: writes, at most`, value: most, least: 1, limit: 1 },
    { what: `${name}: warnings`, value: warnings.length, least: 0, limit: 0 },
  ]
}

/** Closures that the library creates around the handlers of a page. */
function wrapping(): Count[] {
  const { platform, world } = createCountingPhone()
  const reach = createReach({ ...options, platform }, world)
  const handlers = {
    onLoad() {},
    onShow() {},
    onTap() {},
    onShareAppMessage: () => ({ title: 'A' }),
  }
  const wrapped = reach.page(handlers)
  const made = (Object.keys(handlers) as (keyof typeof handlers)[]).filter(
    (name) => wrapped[name] !== handlers[name],
  )
  const plain = { onLoad() {}, onTap() {} }
  return [
    { what: 'page with a share handler: closures', value: made.length, least: 1, limit: 1 },
    {
      what: 'page without one: closures',
      value: reach.page(plain) === plain ? 0 : 1,
      least: 0,
      limit: 0,
    },
  ]
}

export const counts = (): Count[] => [
  ...launch(),
  ...captures('capture', 4096, 1),
  ...captures('capture in Chinese', 4096, 1, chinese),
  ...wrapping(),
]
