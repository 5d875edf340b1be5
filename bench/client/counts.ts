/** What the library costs a page, in counts: they are the same on every phone, where milliseconds are not. */
import { createReach } from '../../miniprogram/client'
import { createCountingPhone } from './phone'
import type { CountingPhone } from './phone'
import type { Reach } from '../../miniprogram/client'

export interface Count {
  what: string
  value: number
  /** The most it may be. */
  limit: number
}

const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const

const start = ({ platform, world }: CountingPhone): Reach =>
  createReach({ ...options, platform }, world)

/** As a mini-program does: forms, with every third a share of a page with a query. */
function capture(reach: Reach, n: number): void {
  const content = { title: '一起来看', path: '/pages/detail/detail?id=12345678' }
  if (n % 3 === 2) reach.share(() => content)({ from: 'button', target: undefined })
  else reach.formSubmit()({ detail: { formId: `${n}`.padEnd(32, 'f'), value: {} } })
}

/** Up to the first page, with five hundred events left from an earlier launch. */
function launch(): Count[] {
  const phone = createCountingPhone()
  const before = start(phone)
  for (let n = 0; n < 500; n++) capture(before, n)
  phone.forget()
  const parses = phone.parsesOf(() => {
    const app = start(phone).app({})
    app.onLaunch!({ path: 'pages/index/index', query: {}, scene: 1001 } as never)
    app.onShow!({ path: 'pages/index/index', query: {}, scene: 1001 } as never)
  })
  const { reads, writes, requests } = phone
  return [
    { what: 'launch: storage keys read', value: new Set(reads).size, limit: 1 },
    { what: 'launch: reads of them', value: reads.length, limit: 2 },
    { what: 'launch: JSON parsed', value: parses, limit: 0 },
    { what: 'launch: storage writes', value: writes.length, limit: 0 },
    { what: 'launch: requests', value: requests, limit: 0 },
  ]
}

/** Each of a thousand captures, on top of those before. */
function captures(): Count[] {
  const phone = createCountingPhone()
  const reach = start(phone)
  let largest = 0
  let most = 0
  let total = 0
  for (let n = 0; n < 1000; n++) {
    phone.forget()
    capture(reach, n)
    largest = Math.max(largest, ...phone.writes.map(({ bytes }) => bytes))
    most = Math.max(most, phone.writes.length)
    total += phone.writes.length
  }
  return [
    { what: 'capture: bytes of a write', value: largest, limit: 4096 },
    { what: 'capture: writes, on average', value: total / 1000, limit: 1.1 },
    // One in twenty-odd: the key is full, and what it held moves into a segment.
    { what: 'capture: writes, at most', value: most, limit: 2 },
  ]
}

/** Functions that are made for a page's handlers, and calls of the library for one that is not ours. */
function wrapping(): Count[] {
  const { platform, world } = createCountingPhone()
  const reach = createReach({ ...options, platform }, world)
  const given = { onLoad() {}, onShow() {}, onTap() {}, onShareAppMessage: () => ({ title: 'A' }) }
  const wrapped = reach.page(given)
  const made = (Object.keys(given) as (keyof typeof given)[]).filter(
    (name) => wrapped[name] !== given[name],
  )
  const plain = { onLoad() {}, onTap() {} }
  return [
    { what: 'page with a share handler: closures', value: made.length, limit: 1 },
    { what: 'page without one: closures', value: reach.page(plain) === plain ? 0 : 1, limit: 0 },
  ]
}

export const counts = (): Count[] => [...launch(), ...captures(), ...wrapping()]
