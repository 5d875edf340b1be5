import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createAdvancingClock, type Random } from '../../server/runtime/world.ts'
import { createSandbox, type Sandbox } from '../../server/sandbox/index.ts'
import { AccountMemory } from '../../server/sandbox/state/account.ts'
import { day } from '../../server/sandbox/rules/time.ts'
import { seedOf } from '../support/seed.ts'
import { app, createFixedRandom } from '../support/server/start-sandbox.ts'
import { startMs } from '../support/server/start-reach.ts'
import { png } from './pictures.ts'
import {
  callsOfAll,
  createIds,
  exampleSteps,
  randomSteps,
  send,
  type Ids,
  type Step,
} from './state-history.ts'

interface Repeatable {
  sandbox: Sandbox
  /** From now on its ids are those that follow from the seed. */
  reseed(seed: string): void
}

type Document = Awaited<ReturnType<Sandbox['control']['saveState']>>

interface Token {
  access_token: string
}

const elsewhere = { url: 'https://example.com', token: 't', mode: 'plain', format: 'json' }
const withApp = (document: Document, more: object) => {
  const changed = { ...document.apps[app.appId], ...more }
  return { ...document, apps: { [app.appId]: changed } }
}
const tokenUrl = (url: string) => {
  const credentials = { appid: app.appId, secret: app.secret }
  const query = new URLSearchParams({ grant_type: 'client_credential', ...credentials })
  return `${url}/cgi-bin/token?${query}`
}

const started: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.close()
})

async function start(nowMs = startMs): Promise<Repeatable> {
  let random: Random = createFixedRandom()
  const sandbox = await createSandbox({
    apps: [app],
    clock: createAdvancingClock(() => nowMs),
    random: (bytes) => random(bytes),
    // A receiver that takes everything.
    fetch: async (url) =>
      new Response(new URL(String(url)).searchParams.get('echostr') ?? 'success'),
  })
  started.push(sandbox)
  return { sandbox, reseed: (seed) => void (random = createFixedRandom(seed)) }
}

async function live({ sandbox }: Repeatable, steps: readonly Step[], ids: Ids) {
  for (const step of steps) ids.learn((await send(sandbox.url, step, ids))?.json)
}

/** Saves after a history, loads it elsewhere and goes on in both. */
async function saveAndGoOn(history: readonly Step[]) {
  const [first, second] = [await start(), await start(startMs + day)]
  const ids = createIds()
  // After the others, what the examples bring about could not be used.
  const examples = exampleSteps('advanceClock', 'punish', 'reviewApplication')
  await live(first, [...history, ...examples], ids)
  const saved = await first.sandbox.control.saveState()
  await second.sandbox.control.loadState(saved)
  const loaded = await second.sandbox.control.saveState()

  const both = [first, second]
  for (const each of both) each.reseed('after')
  const differences: object[] = []
  for (const step of [...callsOfAll(seed), ...exampleSteps(), ...randomSteps(seed + 1, 50)]) {
    const [expected, found] = [
      await send(first.sandbox.url, step, ids),
      await send(second.sandbox.url, step, ids),
    ]
    if (!isDeepStrictEqual(expected, found)) differences.push({ step, expected, found })
    ids.learn(expected?.json)
  }
  const ends = await Promise.all(both.map(({ sandbox }) => sandbox.control.saveState()))
  return { saved, loaded, differences, ends }
}

const seed = seedOf('STATE_SEED')

describe('a saved state', () => {
  it.each([
    ['a short', []],
    ['a random', randomSteps(seed, 100)],
  ])(
    `goes on as it did after %s history (STATE_SEED=${seed})`,
    async (_, history) => {
      const { saved, loaded, differences, ends } = await saveAndGoOn(history)
      expect(loaded).toEqual(saved)
      expect(differences).toEqual([])
      expect(ends[1]).toEqual(ends[0])
    },
    120_000,
  )

  it('has something in every part after each control and call', async () => {
    const used = await start()
    const { sandbox } = used
    const fresh = (await sandbox.control.saveState()).apps[app.appId]!
    const examples = exampleSteps('advanceClock', 'punish')
    await live(used, [...examples, ...callsOfAll(1), ...exampleSteps()], createIds())
    const saved = (await sandbox.control.saveState()).apps[app.appId]!
    const parts = Object.keys(AccountMemory.properties) as (keyof typeof fresh)[]
    expect(parts.filter((part) => isDeepStrictEqual(saved[part], fresh[part]))).toEqual([])
  }, 120_000)
})

describe('a part of the state', () => {
  it('remembers nothing outside of what is saved', () => {
    const folder = resolve(__dirname, '../../server/sandbox/state')
    const parts = readdirSync(folder).filter((name) => name !== 'state.ts')
    const own = parts.flatMap((name) => {
      const text = readFileSync(resolve(folder, name), 'utf8')
      const declared = text.match(/^ +(let|const \w+(: [^=]+)? = (new |\[\]|\{\})).*/gm) ?? []
      return declared.map((line) => `${name}: ${line.trim()}`)
    })
    expect(own).toEqual([])
  })
})

describe('a state over HTTP', () => {
  const read = async (sandbox: Sandbox) =>
    (await (await fetch(`${sandbox.url}/sandbox/state`)).json()) as Document
  const load = async (sandbox: Sandbox, document: unknown) => {
    const body = JSON.stringify(document)
    const reply = await fetch(`${sandbox.url}/sandbox/state`, { method: 'PUT', body })
    return { status: reply.status, ...((await reply.json()) as { error?: string }) }
  }

  it('is one document, which a fresh sandbox takes and returns', async () => {
    const { sandbox } = await start()
    await sandbox.control.addUser({ openId: 'alice', unionId: 'uAlice' })
    await sandbox.control.advanceClock({ advanceMs: 1_000 })
    const document = await read(sandbox)
    expect(document).toMatchObject({
      version: 1,
      nowMs: startMs + 1_000,
      apps: { [app.appId]: { edition: '2026', users: { alice: { unionId: 'uAlice' } } } },
    })
    const other = (await start()).sandbox
    expect(await load(other, document)).toEqual({ status: 200, now: '2018-06-01T04:00:01.000Z' })
    expect(await read(other)).toEqual(document)
  })

  it('holds what a call carried as it was', async () => {
    const { sandbox } = await start()
    await sandbox.control.setEdition({ edition: '2026' })
    const { access_token } = (await (await fetch(tokenUrl(sandbox.url))).json()) as Token
    const cloud_base = { env: 'test', path: '/jump.html' }
    const body = JSON.stringify({ cloud_base })
    const url = `${sandbox.url}/wxa/generate_urllink?access_token=${access_token}`
    await fetch(url, { method: 'POST', body })
    const other = (await start()).sandbox
    await load(other, await read(sandbox))
    expect(await other.control.listLinks()).toMatchObject({ links: [{ cloudBase: cloud_base }] })
  })

  it('holds as many bytes of media as were uploaded', async () => {
    const { sandbox } = await start()
    const { access_token } = (await (await fetch(tokenUrl(sandbox.url))).json()) as Token
    for (let each = 0; each < 3; each++) {
      const form = new FormData()
      form.set('media', new Blob([new Uint8Array(png), new Uint8Array(2_000_000)]), 'a.png')
      const query = `access_token=${access_token}&type=image`
      await fetch(`${sandbox.url}/cgi-bin/media/upload?${query}`, { method: 'POST', body: form })
    }
    const document = await read(sandbox)
    expect(JSON.stringify(document).length).toBeGreaterThan(8_000_000)
    expect(await load((await start()).sandbox, document)).toMatchObject({ status: 200 })
  })

  it('may leave parts out, which are then those of a new sandbox', async () => {
    const used = await start()
    const { sandbox } = used
    const fresh = await read(sandbox)
    await sandbox.control.addUser({ openId: 'alice' })
    await sandbox.control.addFault({ path: '/cgi-bin/token', errcode: -1 })
    const { secret, edition } = fresh.apps[app.appId]!
    const apps = { [app.appId]: { secret, edition } }
    expect(await load(sandbox, { version: 1, nowMs: startMs, apps })).toMatchObject({ status: 200 })
    const { pusher: _pusher, ...rest } = fresh.apps[app.appId]!
    expect(await read(sandbox)).toMatchObject({ apps: { [app.appId]: rest }, faults: [] })
  })

  it('brings its own apps, until a reset', async () => {
    const { sandbox } = await start()
    const apps = { wx1111111111sandbox: { secret: 'loaded-secret', edition: '2018' } }
    await load(sandbox, { version: 1, nowMs: startMs, apps })
    expect(await (await fetch(tokenUrl(sandbox.url))).json()).toMatchObject({ errcode: 40013 })
    await sandbox.control.reset()
    expect(await (await fetch(tokenUrl(sandbox.url))).json()).toMatchObject({ expires_in: 7_200 })
  })

  it.each<[string, (document: Document) => unknown, RegExp]>([
    [
      'another version',
      (saved) => ({ ...saved, version: 2 }),
      /^\/version is not 1, .* save .* anew/,
    ],
    ['no version', ({ version: _version, ...saved }) => saved, /version/],
    ['no app', (saved) => ({ ...saved, apps: {} }), /^\/apps /],
    ['an unknown field', (saved) => ({ ...saved, more: 1 }), /^\/more is no field/],
    ['a wrong time', (saved) => ({ ...saved, nowMs: 1e300 }), /^\/nowMs /],
    [
      'a wrong field of an app',
      (saved) => withApp(saved, { users: { alice: { wechatVersion: 8 } } }),
      /^\/apps\/wx0000000000sandbox\/users\/alice\/wechatVersion must be string/,
    ],
    [
      'an unknown field of a table whose key has a line break',
      (saved) => withApp(saved, { users: { 'a\nb': { age: 8 } } }),
      /^\/apps\/wx0000000000sandbox\/users\/a\nb\/age is no field/,
    ],
    [
      'an empty secret',
      (saved) => withApp(saved, { secret: '' }),
      /^\/apps\/wx0000000000sandbox\/secret /,
    ],
    [
      'a key that it would lose',
      (saved) => withApp(saved, { users: JSON.parse('{"__proto__": {}}') }),
      /^\/apps\/wx0000000000sandbox\/users\/__proto__ is no field/,
    ],
    [
      'an app that it would lose',
      (saved) => ({ ...saved, apps: JSON.parse('{"__proto__": {}}') }),
      /^\/apps/,
    ],
    [
      'pushes to another machine',
      (saved) => withApp(saved, { pusher: { config: elsewhere, pushed: [] } }),
      /^\/apps\/wx0000000000sandbox\/pusher\/config: url must be on this machine/,
    ],
  ])('is refused with %s, and nothing changes', async (_, change, error) => {
    const { sandbox } = await start()
    await sandbox.control.addUser({ openId: 'alice' })
    const before = await read(sandbox)
    expect(await load(sandbox, change(before))).toEqual({
      status: 400,
      error: expect.stringMatching(error),
    })
    expect(await read(sandbox)).toEqual(before)
  })
})

describe('an id that a state would lose', () => {
  it.each(['__proto__', 'constructor', 'prototype'])('is refused: %s', async (openId) => {
    const { sandbox } = await start()
    await expect(sandbox.control.addUser({ openId })).rejects.toThrow(/^\/openId is a word of/)
  })
})

describe('a state as a value', () => {
  it('does not change with the sandbox, and loads again', async () => {
    const { sandbox } = await start()
    const { openId } = await sandbox.control.addUser()
    await sandbox.control.submitForm({ openId, formId: 'first' })
    const saved = await sandbox.control.saveState()
    const copy = structuredClone(saved)
    for (const formId of ['second', 'second']) {
      await sandbox.control.loadState(saved)
      await sandbox.control.submitForm({ openId, formId })
      await sandbox.control.resetSecret()
    }
    expect(saved).toEqual(copy)
  })

  it('is of one world', async () => {
    const { sandbox } = await start()
    await sandbox.world('a').control.addUser({ openId: 'alice' })
    const saved = await sandbox.world('a').control.saveState()
    await sandbox.world('b').control.loadState(saved)
    await expect(sandbox.world('b').control.listInbox({ openId: 'alice' })).resolves.toEqual({
      messages: [],
    })
    await expect(sandbox.control.listInbox({ openId: 'alice' })).rejects.toThrow('no such user')
  })
})
