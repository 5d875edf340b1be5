import { describe, expect, it } from '@jest/globals'
import type { ShareContent } from '../../miniprogram/client'
import { component } from '../../miniprogram/client/component'
import { install } from '../../miniprogram/client/install'
import type { GlobalName, Globals, Register } from '../../miniprogram/client/install'
import { start } from '../support/phone/start'

/** The platform's constructors; each records its arguments and returns its own name. */
function createHost() {
  const registered: [GlobalName, object | undefined][] = []
  const registrar =
    (name: GlobalName): Register =>
    (options) => {
      registered.push([name, options])
      return `the ${name}`
    }
  const values: Partial<Record<GlobalName, Register>> = {}
  for (const name of ['App', 'Page', 'Component'] as const) values[name] = registrar(name)
  const host: Globals = {
    get: (name) => values[name],
    set: (name, value) => void (values[name] = value),
    hasApp: () => false,
  }
  return { host, values, registered, before: { ...values } }
}

const page = { onShareAppMessage: () => ({ path: '/a' }) }

const shareOf = (options: object | undefined) =>
  (options as { onShareAppMessage(): ShareContent }).onShareAppMessage()

describe('install', () => {
  it('wraps every page, app and component page that is defined from then on', () => {
    const { reach } = start()
    const { host, values, registered } = createHost()
    expect(install(reach, host)).toMatchObject({ ok: true })
    values.Page!(page)
    values.App!({})
    values.Component!({ methods: page })
    expect(shareOf(registered[0]![1]).path).toMatch(/_wxr=/)
    expect(registered[1]![1]).toHaveProperty('onLaunch')
    expect(shareOf((registered[2]![1] as { methods: object }).methods).path).toMatch(/_wxr=/)
  })

  it('calls the platform once, with this and all arguments, returns its result [case 6]', () => {
    const { reach } = start()
    const { host, values } = createHost()
    const seen: unknown[] = []
    values.Page = function (...args) {
      seen.push(this, ...args)
      return 'registered'
    }
    install(reach, host)
    const self = {}
    expect(values.Page.call(self, page, 'more')).toBe('registered')
    expect(seen).toEqual([self, expect.objectContaining({}), 'more'])
  })

  it('hands the chained builder through, and says once that it is not wrapped', () => {
    const { reach, life } = start()
    const { host, values } = createHost()
    const builder = { methods: () => builder, register() {} }
    values.Component = function (...args) {
      expect(args).toEqual([])
      return builder
    }
    install(reach, host)
    expect(life.warnings).toEqual([])
    expect(values.Component()).toBe(builder)
    expect(values.Component()).toBe(builder)
    expect(life.warnings).toEqual([
      expect.stringContaining('not_installed (Component() without options)'),
    ])
  })

  it('keeps the properties of the platform’s constructors [case 6]', () => {
    const { reach } = start()
    const { host, values } = createHost()
    const { Page } = values
    const helper = () => 'theirs'
    values.Page = Object.assign(Page!, { helper, version: 3 })
    install(reach, host)
    expect(values.Page).not.toBe(Page)
    expect({ ...values.Page! }).toMatchObject({ helper, version: 3 })
  })

  it('leaves plain pages and components as they are, and a call without options [case 8]', () => {
    const { reach } = start()
    const { host, values, registered } = createHost()
    install(reach, host)
    const plain = { data: {} }
    values.Page!(plain)
    values.Component!(plain)
    values.Component!()
    expect(registered.map(([, options]) => options)).toEqual([plain, plain, undefined])
    expect(registered[0]![1]).toBe(plain)
  })

  it('beside wrapping by hand, and twice, gives one share id and one event [case 4]', async () => {
    const { reach, phone } = start()
    const { host, values, registered } = createHost()
    install(reach, host)
    install(reach, host)
    values.Page!(reach.page(page))
    values.Component!(component(reach, { methods: page }))
    expect(shareOf(registered[0]![1]).path).toMatch(/^\/a\?_wxr=[\w-]{16}$/)
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })

  it('is undone where the constructors are still its own [case 7]', () => {
    const { reach } = start()
    const { host, values, before } = createHost()
    const installed = install(reach, host)
    const theirs: Register = () => {}
    values.Page = theirs
    if (installed.ok) installed.undo()
    expect(values).toEqual({ ...before, Page: theirs })
    values.Page = before.Page!
    if (installed.ok) installed.undo()
    expect(values).toEqual(before)
  })

  it('stays when a second, idle installation is undone', () => {
    const { reach } = start()
    const { host, values } = createHost()
    install(reach, host)
    const ours = { ...values }
    const second = install(reach, host)
    if (second.ok) second.undo()
    expect(values).toEqual(ours)
  })

  it.each<[string, (value: unknown) => void]>([
    [
      'throws',
      () => {
        throw new TypeError('read only')
      },
    ],
    ['does nothing', () => {}],
  ])(
    'returns why where writing a global %s, changes nothing, and wrapping by hand works [case 7]',
    (_, write) => {
      const { reach, life } = start()
      const { host, values, before } = createHost()
      const set = host.set
      host.set = (name, value) => (name === 'Page' ? write(value) : set(name, value))
      expect(install(reach, host)).toEqual({ ok: false, reason: expect.stringContaining('Page') })
      expect(values).toEqual(before)
      expect(life.warnings).toEqual([expect.stringContaining('not_installed')])
      expect(shareOf(reach.page(page)).path).toMatch(/_wxr=/)
    },
  )

  it('does without App in an independent subpackage, and not without Page', () => {
    const { reach } = start()
    const { host, values } = createHost()
    delete values.App
    expect(install(reach, host).ok).toBe(true)
    expect(install(reach, { ...host, get: () => undefined })).toMatchObject({ ok: false })
  })

  it('warns where pages or the app were defined before [case 7]', () => {
    const early = start()
    install(early.reach, createHost().host)
    expect(early.life.warnings).toEqual([])
    const late = start()
    late.life.open(page)
    install(late.reach, createHost().host)
    expect(late.life.warnings).toEqual([expect.stringContaining('installed_late')])
    const after = start()
    install(after.reach, { ...createHost().host, hasApp: () => true })
    expect(after.life.warnings).toEqual([expect.stringContaining('installed_late')])
  })

  it('passes options unchanged when wrapping fails', () => {
    const { reach } = start()
    const { host, values, registered } = createHost()
    install(reach, host)
    const broken = Object.defineProperty({}, 'onShareAppMessage', {
      get() {
        throw new Error('mine')
      },
    })
    values.Page!(broken)
    expect(registered[0]![1]).toBe(broken)
  })

  it('writes the real names when none are given', () => {
    const { reach } = start()
    const scope = globalThis as unknown as Record<string, unknown>
    const original = () => 'native'
    scope['Page'] = original
    try {
      const installed = install(reach)
      expect(installed.ok).toBe(true)
      expect(scope['Page']).not.toBe(original)
      expect((scope['Page'] as Register)({})).toBe('native')
      if (installed.ok) installed.undo()
      expect(scope['Page']).toBe(original)
    } finally {
      delete scope['Page']
    }
  })
})
