import { describe, expect, it } from '@jest/globals'
import { answerFetch, createReader } from './run'
import type * as KeepsAForm from '../../../docs/code/guide/keeps-a-form'
import type * as SignIn from '../../../docs/code/guide/sign-in'
import type { Reach } from '../../../miniprogram/client'

const server = { url: 'https://reach.example.com', apiKey: 'key' }

describe('the guide', () => {
  it('signs in once, by the app alone, and brings forms and shares to the server', async () => {
    const reader = createReader()
    reader.own = () => ({ statusCode: 200, data: { reachToken: 'own-token' } })
    reader.launch('guide/app')
    const page = reader.open('guide/page')
    page.submit({ detail: { formId: 'a-form-id', value: { name: '小明' } } })
    expect(page.data.name).toBe('小明')
    const card = await reader.life.tapShare(page)
    expect(card!.title).toBe('小明邀请你')
    expect(card!.path).toMatch(/^\/pages\/index\/index\?_wxr=\w{16}$/)
    await reader.phone.clock.settle()
    expect(reader.phone.server.events.map(({ type }) => type)).toEqual([
      'form.submitted',
      'share.started',
    ])
    expect(reader.life.wx.calls.filter(({ name }) => name === 'login')).toHaveLength(1)
    expect(reader.asked).toHaveLength(1)
    expect(reader.phone.network.bodies('/v1/session')).toEqual([])
  })

  it('has reach at hand in the console, by the app', async () => {
    const reader = createReader()
    reader.launch('guide/app')
    const { reach } = (globalThis as unknown as { getApp(): { reach: Reach } }).getApp()
    expect(reach.inspect()).toEqual({
      consent: 'granted',
      queued: [],
      acknowledged: 0,
      failures: 0,
    })
  })

  it.each([
    [{ _wxr: 'SSSSSSSSSSSSSSSS' }, true],
    [{}, false],
  ])('knows who came by a card: %j', (query, invited) => {
    const reader = createReader({ path: 'pages/guide/arrival', query, scene: 1007 })
    reader.own = () => ({ statusCode: 200, data: { reachToken: 'own-token' } })
    const page = reader.open('guide/arrival')
    reader.life.show()
    expect(page.data.invited).toBe(invited)
    page.onUnload()
  })

  it('shows a test of the reader’s own, which holds', async () => {
    const { keepsAForm } = createReader().load('guide/keeps-a-form') as typeof KeepsAForm
    await expect(keepsAForm()).resolves.toEqual(['form.submitted'])
  })

  it('asks for a token anew after a sign-in that failed', async () => {
    const reader = createReader()
    reader.own = () => ({ statusCode: 500, data: 'oops' })
    const { me } = reader.load('guide/me') as { me(): Promise<{ reachToken: string }> }
    await expect(me()).rejects.toThrow('HTTP 500')
    reader.own = () => ({ statusCode: 200, data: { reachToken: 'own-token' } })
    await expect(me()).resolves.toEqual({ reachToken: 'own-token' })
  })

  it('hands the phone its token by the session_key that the backend has', async () => {
    const { reachToken } = createReader().load('guide/sign-in') as typeof SignIn
    const asked = answerFetch(201, { token: 'a-token', expiresAt: '2030-01-01T00:00:00.000Z' })
    await expect(reachToken('an-open-id', 'a-session-key', server)).resolves.toBe('a-token')
    expect(asked).toEqual([
      {
        url: 'https://reach.example.com/v1/sessions',
        method: 'POST',
        headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
        body: { openId: 'an-open-id', sessionKey: 'a-session-key' },
      },
    ])
    answerFetch(401, { detail: 'The API key is unknown.' })
    await expect(reachToken('o', 'k', server)).rejects.toThrow('The API key is unknown.')
  })
})
