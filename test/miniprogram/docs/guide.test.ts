import { describe, expect, it } from '@jest/globals'
import { answerFetch, createReader } from './run'
import type * as SignIn from '../../../docs/code/guide/sign-in'
import type { Reach } from '../../../miniprogram/client'
import { optionsOf } from '../../../miniprogram/client/testing'

const server = { url: 'https://reach.example.com', apiKey: 'key' }

const signedIn = { backend: { reachToken: 'own-token' } }

describe('the guide', () => {
  it('signs in once, by the app alone, and brings forms and shares to the server', async () => {
    const { life, phone, asked, load, open } = createReader(undefined, signedIn)
    load('guide/app')
    const page = open('guide/page')
    page.submit({ detail: { formId: 'a-form-id', value: { name: '小明' } } })
    expect(page.data.name).toBe('小明')
    const card = await life.tapShare()
    expect(card!.title).toBe('小明邀请你')
    expect(card!.path).toMatch(/^\/pages\/index\/index\?_wxr=\w{16}$/)
    await phone.clock.settle()
    expect(phone.server.events.map(({ type }) => type)).toEqual(['form.submitted', 'share.started'])
    expect(life.wx.calls.filter(({ name }) => name === 'login')).toHaveLength(1)
    expect(asked()).toMatchObject([{ method: 'POST', path: '/sign-in' }])
    expect(phone.network.bodies('/v1/session')).toEqual([])
  })

  it('has reach at hand in the console, by the app', async () => {
    createReader().load('guide/app')
    const { reach } = (globalThis as unknown as { getApp(): { reach: Reach } }).getApp()
    expect(reach.inspect()).toEqual({
      consent: 'granted',
      queued: [],
      acknowledged: 0,
      failures: 0,
    })
  })

  it.each([
    ['?_wxr=SSSSSSSSSSSSSSSS', true],
    ['', false],
  ])('knows who came by a card: %j', (search, invited) => {
    const card = { title: '', imageUrl: '', path: `/pages/guide/arrival${search}` }
    const { life, load, open } = createReader(optionsOf(card, { scene: 1007 }), signedIn)
    load('guide/app')
    const page = open('guide/arrival', search)
    expect(page.data.invited).toBe(invited)
    life.back()
  })

  it('asks for a token anew after a sign-in that failed', async () => {
    const { phone, load } = createReader(undefined, signedIn)
    const backend = phone.network.hosts['app.example.com']!
    phone.network.hosts['app.example.com'] = () => ({ status: 500, body: 'oops' })
    const { me } = load('guide/me') as { me(): Promise<{ reachToken: string }> }
    await expect(me()).rejects.toThrow('HTTP 500')
    phone.network.hosts['app.example.com'] = backend
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

describe('the tests that the guide shows', () => {
  require('../../../docs/code/guide/invite.test')
})
