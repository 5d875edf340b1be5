import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ControlError, createSandbox } from '../../server/sandbox/index.ts'
import { createAdvancingClock } from '../../server/runtime/world.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
})
afterEach(() => wechat.close())

const credentials = { appid: app.appId, secret: app.secret }
const query = new URLSearchParams({ grant_type: 'client_credential', ...credentials })
const tokenPath = `/cgi-bin/token?${query}`
const listPath = '/cgi-bin/wxopen/template/list?access_token='

interface Request {
  method?: string
  world?: string
  body?: object
}

async function ask(
  path: string,
  { method = 'GET', world, body }: Request = {},
): Promise<Record<string, unknown>> {
  const reply = await fetch(wechat.url + path, {
    method,
    ...(world !== undefined && { headers: { 'X-Sandbox-World': world } }),
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: reply.status, ...((await reply.json()) as object) }
}

describe('a world', () => {
  it('is chosen by a header or by the path, and is the default one without either', async () => {
    await ask('/sandbox/users', { method: 'POST', world: 'a', body: { openId: 'oMe' } })
    expect(await ask('/worlds/a/sandbox/inbox/oMe')).toMatchObject({ status: 200 })
    expect(await ask('/sandbox/inbox/oMe', { world: 'a' })).toMatchObject({ status: 200 })
    expect(await ask('/sandbox/inbox/oMe', { world: 'b' })).toMatchObject({ status: 404 })
    expect(await ask('/sandbox/inbox/oMe')).toMatchObject({ status: 404 })
    expect(await ask('/sandbox/inbox/oMe', { world: 'default' })).toMatchObject({ status: 404 })
  })

  it('is that of the path where a header names another', async () => {
    await ask('/worlds/a/sandbox/users', { method: 'POST', world: 'b', body: { openId: 'oMe' } })
    expect(await ask('/sandbox/inbox/oMe', { world: 'a' })).toMatchObject({ status: 200 })
  })

  it('has tokens, quotas, faults, calls and time of its own, and the same apps', async () => {
    const { access_token: token } = await ask(`/worlds/a${tokenPath}`)
    await ask('/worlds/a/sandbox/quotas', { method: 'POST', body: { expiresIn: 60 } })
    const fault = { path: '/cgi-bin/token', errcode: -1 }
    await ask('/worlds/a/sandbox/faults', { method: 'POST', body: fault })
    await ask('/worlds/a/sandbox/clock', { method: 'POST', body: { advanceMs: 86_400_000 } })

    expect(await ask(`/worlds/b${tokenPath}`)).toMatchObject({ expires_in: 7_200 })
    const list = { method: 'POST', body: { offset: 0, count: 1 } }
    expect(await ask(`/worlds/b${listPath}${String(token)}`, list)).toMatchObject({
      errcode: 40001,
    })
    expect(await ask(`/worlds/a${listPath}${String(token)}`, list)).toMatchObject({
      errcode: 42001,
    })
    expect(await ask('/sandbox/calls', { world: 'b' })).toMatchObject({
      calls: [
        { at: '2018-06-01T04:00:00.000Z', path: '/cgi-bin/token' },
        { path: '/cgi-bin/wxopen/template/list' },
      ],
    })
    expect(await ask('/worlds/b/sandbox/reset', { method: 'POST' })).toMatchObject({
      now: '2018-06-01T04:00:00.000Z',
    })
    expect(await ask('/worlds/a/sandbox/reset', { method: 'POST' })).toMatchObject({
      now: '2018-06-02T04:00:00.000Z',
    })
  })

  it('has pushes of its own', async () => {
    const config = { url: 'http://127.0.0.1:1/', token: 'pushed', mode: 'plain', format: 'json' }
    await ask('/worlds/a/sandbox/push-config', { method: 'POST', body: config })
    const act = async (world: string) => {
      await ask('/sandbox/users', { method: 'POST', world, body: { openId: 'oMe' } })
      const body = { openId: 'oMe', msgtype: 'text' }
      return ask('/sandbox/pushes', { method: 'POST', world, body })
    }
    expect(await act('a')).toMatchObject({ attempts: 3 })
    expect(await act('b')).toMatchObject({ problem: expect.stringContaining('no receiver') })
  })

  it('leaves the edition that listeners of the default one hear about', async () => {
    const heard: string[] = []
    wechat.sandbox.onEdition((edition) => heard.push(edition))
    await ask('/worlds/a/sandbox/edition', { method: 'POST', body: { edition: '2026' } })
    await ask('/sandbox/edition', { method: 'POST', body: { edition: '2026' } })
    expect(heard).toEqual(['2026'])
  })

  it('shows paths without its name', async () => {
    expect(await ask('/worlds/a')).toMatchObject({ errcode: 40066 })
    await ask('/worlds/a?query=1')
    expect(await ask('/worlds/a/sandbox/calls')).toMatchObject({
      calls: [{ path: '/' }, { path: '/', query: { query: '1' } }],
    })
  })

  it('is listed, and forgets everything at its end', async () => {
    await ask('/worlds/b/sandbox/users', { method: 'POST', body: { openId: 'oMe' } })
    await ask(tokenPath, { world: 'a' })
    expect(await ask('/sandbox/worlds')).toMatchObject({ worlds: ['default', 'b', 'a'] })
    expect(await ask('/sandbox/worlds/b', { method: 'DELETE' })).toEqual({
      status: 200,
      ended: 'b',
    })
    expect(await ask('/sandbox/worlds')).toMatchObject({ worlds: ['default', 'a'] })
    expect(await ask('/sandbox/inbox/oMe', { world: 'b' })).toMatchObject({ status: 404 })
  })

  it.each([
    ['default', 400, '/sandbox/reset'],
    ['nothing', 404, 'GET /sandbox/worlds'],
  ])('cannot be ended: %s', async (name, status, hint) => {
    expect(await ask(`/sandbox/worlds/${name}`, { method: 'DELETE' })).toEqual({
      status,
      error: expect.stringContaining(hint),
    })
  })

  it.each(['.', '..'])('is not named %j, which clients drop from a path', async (world) => {
    const problem = expect.stringContaining('is not . or ..')
    expect(await ask('/sandbox/worlds', { world })).toEqual({ status: 400, error: problem })
  })

  it.each(['', 'a b', 'a%2Fb', 'é', 'x'.repeat(65)])('is not named %j', async (name) => {
    const problem = expect.stringContaining('1 to 64')
    expect(await ask(`/worlds/${name}${tokenPath}`)).toEqual({
      status: 200,
      errcode: 40066,
      errmsg: problem,
    })
    expect(await ask(`/worlds/${name}/sandbox/users`, { method: 'POST', body: {} })).toEqual({
      status: 400,
      error: problem,
    })
    expect(await ask('/sandbox/worlds')).toMatchObject({ worlds: ['default'] })
  })

  it('is one of at most 100', async () => {
    for (let each = 1; each < 100; each++) wechat.world(`w${each}`)
    const problem = expect.stringContaining('DELETE /sandbox/worlds')
    expect(await ask(tokenPath, { world: 'more' })).toMatchObject({ errmsg: problem })
    expect(await ask('/sandbox/users', { method: 'POST', world: 'more' })).toMatchObject({
      error: problem,
    })
    expect(() => wechat.world('more')).toThrow(ControlError)
    await wechat.sandbox.control.endWorld({ name: 'w7' })
    expect(await ask(tokenPath, { world: 'more' })).toMatchObject({ expires_in: 7_200 })
  })
})

describe('a sandbox as a library', () => {
  it('has worlds with an address, a clock and controls of their own', async () => {
    await using sandbox = await createSandbox({ clock: createAdvancingClock(() => 0) })
    const world = sandbox.world('a')
    expect(world.url).toBe(`${sandbox.url}/worlds/a`)
    await world.control.addUser({ openId: 'oMe' })
    world.clock.advance(1)
    expect([world.clock.now(), sandbox.clock.now()]).toEqual([1, 0])
    const inbox = await fetch(`${world.url}/sandbox/inbox/oMe`)
    expect(await inbox.json()).toEqual({ messages: [] })
    await expect(sandbox.control.listInbox({ openId: 'oMe' })).rejects.toThrow(ControlError)
    expect(await sandbox.control.listWorlds()).toEqual({ worlds: ['default', 'a'] })
  })
})
