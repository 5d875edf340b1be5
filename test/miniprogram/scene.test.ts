import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { scene, sceneOf } from '../../miniprogram/client/scene'
import type { PhoneReply } from '../support/phone'
import { launchApp, start, type StartOptions } from '../support/phone/start'

const launch = { path: 'pages/table', query: { scene: 'a%3Db' }, scene: 1047 }

/** A phone that was opened by a code, and a server with this reply about scenes. */
function scanned(reply: PhoneReply | 'fail', options: StartOptions = {}) {
  const running = start({ launch, ...options })
  const { network, server } = running.phone
  network.reply = (request) =>
    !request.path.startsWith('/v1/scenes/')
      ? server.reply(request)
      : reply === 'fail' || request.token === server.tokens[server.tokens.length - 1]
        ? reply
        : { status: 401 }
  launchApp(running)
  return { ...running, asked: () => network.requests.filter(({ path }) => /scenes/.test(path)) }
}

const known = { status: 200, body: { payload: { table: 12 } } }

describe('the scene of a code', () => {
  it.each<[Parameters<typeof sceneOf>[0], string]>([
    [{ scene: 'a%3Db%26c%3Dd' }, 'a=b&c=d'],
    [{ scene: 'plain-1' }, 'plain-1'],
    ['a%3Db', 'a=b'],
    [{ scene: '100%' }, '100%'],
    [{}, ''],
    [undefined, ''],
  ])('%p is %p as it was given', (given, expected) => {
    expect(sceneOf(given)).toBe(expected)
  })

  it('is read as it was given, and never throws, whatever text it is', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('%E0%A4%A'))
    fc.assert(
      fc.property(text, (given) => {
        expect(sceneOf(encodeURIComponent(given))).toBe(given)
        expect(typeof sceneOf({ scene: given })).toBe('string')
      }),
    )
  })

  it('is resolved by the server, once signed in', async () => {
    const { reach, asked, life } = scanned(known)
    expect(await scene(reach, launch.query)).toEqual({ scene: 'a=b', payload: { table: 12 } })
    expect(asked()).toEqual([expect.objectContaining({ path: '/v1/scenes/a%3Db' })])
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['login'])
  })

  it('is asked for once more after a 401, with a new token', async () => {
    const { reach, phone, asked } = scanned(known)
    await scene(reach, launch.query)
    phone.server.tokens.push('newer')
    phone.server.forgetTokens()
    await scene(reach, launch.query)
    expect(asked().map(({ token }) => token)).toEqual(['token-1', 'token-1', 'token-3'])
  })

  it('is an arrival of the share that it belongs to, and the parent of what follows', async () => {
    const shareId = 'SSSSSSSSSSSSSSSS'
    const running = scanned({ status: 200, body: { payload: null, shareId } })
    expect(await scene(running.reach, launch.query)).toMatchObject({ payload: null, shareId })
    running.life.hide()
    running.life.show()
    running.reach.share(() => ({ path: '/a' }))()
    await running.phone.clock.settle()
    expect(running.phone.server.events).toEqual([
      expect.objectContaining({ type: 'share.opened', shareId, scene: 1047, page: 'pages/table' }),
      expect.objectContaining({ type: 'share.started', parentShareId: shareId }),
    ])
  })

  it('is resolved also where its arrival cannot be marked on the app', async () => {
    const shareId = 'SSSSSSSSSSSSSSSS'
    const running = scanned({ status: 200, body: { payload: 1, shareId } })
    running.life.world.app = () => Object.freeze({})
    expect(await scene(running.reach, launch.query)).toMatchObject({ payload: 1, shareId })
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(1)
  })

  it.each<[string, PhoneReply | 'fail']>([
    ['scene_unknown', { status: 404, body: { code: 'not_found' } }],
    ['unexpected_reply', { status: 404, body: 'nginx' }],
    ['unexpected_reply', { status: 200, body: '<html>' }],
    ['server_unreachable', 'fail'],
  ])('is refused with %s where the server replies %p', async (code, reply) => {
    const { reach } = scanned(reply)
    await expect(scene(reach, launch.query)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`docs/client-notices.md#${code}`),
    })
  })

  it('is not asked for without a scene, nor before the user has agreed', async () => {
    const { reach, phone } = scanned(known, { consent: 'required' })
    await expect(scene(reach, {})).rejects.toMatchObject({ code: 'scene_missing' })
    await expect(scene(reach, launch.query)).rejects.toMatchObject({ code: 'consent_missing' })
    expect(phone.network.requests).toEqual([])
  })
})
