import { describe, expect, it } from '@jest/globals'
import { importsOf, isWithin, sourceFiles, type Import } from './source-files.ts'

const all = sourceFiles.flatMap(importsOf)
const importsIn = (folder: string) => all.filter(({ from }) => isWithin(folder)(from))
const isOurs = (path: string) => /^(shared|server|miniprogram|test|bench|web)\//.test(path)
const listed = (imports: Import[]) => imports.map(({ from, to }) => `${from} imports ${to}`)

/**
 * The imports of `folder` that lead out of it to another file of ours, but for those that a pattern
 * allows.
 */
const foreign = (folder: string, ...allowed: RegExp[]) =>
  listed(
    importsIn(folder).filter(
      ({ to }) =>
        isOurs(to) && !isWithin(folder)(to) && !allowed.some((pattern) => pattern.test(to)),
    ),
  )

/** The imports of `target` by files that none of the patterns allows. */
const users = (target: RegExp, ...allowed: RegExp[]) =>
  listed(
    all.filter(({ from, to }) => target.test(to) && !allowed.some((pattern) => pattern.test(from))),
  )

const shared = /^shared\//
const rules = /^server\/rules\//
const runtime = /^server\/runtime\//

describe('the imports', () => {
  it('are found in every part', () => {
    expect(importsIn('server/http/routes').length).toBeGreaterThan(20)
    expect(importsIn('miniprogram/client').length).toBeGreaterThan(20)
    const unknown = all.filter(
      ({ to }) => isOurs(to) && !sourceFiles.includes(to) && !/\.(css|json)$/.test(to),
    )
    expect(listed(unknown)).toEqual([])
  })
})

describe('shared', () => {
  it('imports nothing but itself', () => {
    expect(listed(importsIn('shared').filter(({ to }) => !isWithin('shared')(to)))).toEqual([])
  })
})

describe('the phone', () => {
  it('takes only types from shared, and the client nothing else from outside itself', () => {
    const outside = importsIn('miniprogram/client').filter(
      ({ to }) => !isWithin('miniprogram/client')(to),
    )
    expect(listed(outside.filter(({ to, typeOnly }) => !typeOnly || !shared.test(to)))).toEqual([])
  })

  it('imports values of ours from nowhere else', () => {
    const values = importsIn('miniprogram').filter(({ typeOnly }) => !typeOnly)
    const outside = values.filter(({ to }) => isOurs(to) && !isWithin('miniprogram')(to))
    expect(listed(outside)).toEqual([])
  })

  it('is not imported by the server', () => {
    expect(listed(importsIn('server').filter(({ to }) => isWithin('miniprogram')(to)))).toEqual([])
  })
})

describe('the server', () => {
  it('has rules that import nothing but the words of the wire', () => {
    expect(foreign('server/rules', shared)).toEqual([])
  })

  it('has a store that knows the rules, the wire and the runtime alone', () => {
    expect(foreign('server/store', shared, rules, runtime)).toEqual([])
  })

  it('loads a database driver only in its engine', () => {
    const drivers = all.filter(({ to }) => /^(@photostructure\/sqlite|pg)(\/|$)/.test(to))
    expect(drivers.length).toBeGreaterThan(0)
    expect(users(/^pg(\/|$)/, /^server\/store\/postgres\//, /^bench\//)).toEqual([])
    expect(users(/^@photostructure\/sqlite/, /^server\/store\/sqlite\//, /^bench\//)).toEqual([])
  })

  it('opens an engine in one place, and takes no value of it elsewhere', () => {
    const ofEngines = all.filter(
      ({ to, typeOnly }) => /^server\/store\/(postgres|sqlite|operations)\//.test(to) && !typeOnly,
    )
    const allowed = /^(server\/store\/|server\/open-store\.ts$|bench\/)/
    expect(listed(ofEngines.filter(({ from }) => !allowed.test(from)))).toEqual([])
  })

  it('has a ledger that knows the store by its interfaces and WeChat by its meanings', () => {
    const allowed = [shared, rules, runtime, /^server\/crypto\//, /^server\/store\/[\w-]+\.ts$/]
    const meanings = /^server\/wechat\/(errcodes|call-errors)\b/
    const wechat = importsIn('server/ledger').filter(({ to }) => isWithin('server/wechat')(to))
    expect(foreign('server/ledger', ...allowed, /^server\/wechat\//)).toEqual([])
    expect(listed(wechat.filter(({ to, typeOnly }) => !typeOnly && !meanings.test(to)))).toEqual([])
  })

  it('has subjects without HTTP: they know its schemas at most', () => {
    const mayUseHttp = /^(server\/(http|commands)\/|server\/[\w-]+\.ts$|bench\/)/
    expect(users(/^server\/http\/(?!schemas\/)/, mayUseHttp)).toEqual([])
  })

  it('has entry points that nothing imports', () => {
    expect(users(/^server\/(main|index)\.ts$/)).toEqual([])
    expect(users(/^server\/commands\//, /^server\/commands\//, /^server\/main\.ts$/)).toEqual([])
  })

  it('speaks HTTP to others only in wechat, commands, webhooks and to forward pushes', () => {
    const allowed = [
      /^server\/(wechat|sandbox|commands)\//,
      /^server\/pushes\/forward\.ts$/,
      /^server\/webhooks\/post\.ts$/,
      /^server\/runtime\/(listen|connections)\.ts$/,
      /^bench\//,
      /^web\//,
    ]
    expect(users(/^(undici|node:https?)$/, ...allowed)).toEqual([])
  })
})

describe('the client for backends', () => {
  it('imports nothing but itself, and types of the wire', () => {
    const outside = importsIn('server/client').filter(({ to }) => !isWithin('server/client')(to))
    expect(listed(outside.filter(({ to, typeOnly }) => !typeOnly || !shared.test(to)))).toEqual([])
  })
})

describe('the web pages', () => {
  it('take types from shared and the client for backends, and nothing else of ours', () => {
    expect(importsIn('web').some(({ to }) => to === 'wx-reach-server/client')).toBe(true)
    const outside = importsIn('web').filter(({ to }) => isOurs(to) && !isWithin('web')(to))
    expect(listed(outside.filter(({ to, typeOnly }) => !typeOnly || !shared.test(to)))).toEqual([])
  })

  it('are imported by nobody', () => {
    expect(users(/^web\//, /^web\//)).toEqual([])
  })
})

describe('the simulator', () => {
  it('imports nothing of ours but itself', () => {
    expect(foreign('web/simulator')).toEqual([])
  })

  it('has a page that takes nothing of what runs in Node.js', () => {
    expect(foreign('web/simulator/browser')).toEqual([])
  })
})

describe('the sandbox', () => {
  it('is imported by the commands start and sandbox alone', () => {
    expect(
      users(
        /^server\/sandbox\//,
        /^server\/sandbox\//,
        /^server\/commands\/(start|sandbox)\.ts$/,
        /^bench\//,
      ),
    ).toEqual([])
  })

  it('is written from the pages of WeChat: of the server it imports clocks and listener', () => {
    const values = importsIn('server/sandbox').filter(({ typeOnly }) => !typeOnly)
    const outside = values.filter(({ to }) => isOurs(to) && !isWithin('server/sandbox')(to))
    expect(
      listed(outside.filter(({ to }) => !/^server\/runtime\/(world|listen)\.ts$/.test(to))),
    ).toEqual([])
  })
})
