import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { day, second } from '../../server/rules/time.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const [urlLink, scheme, shortLink] = [
  '/wxa/generate_urllink',
  '/wxa/generatescheme',
  '/wxa/genwxashortlink',
]
const ok = { errcode: 0, errmsg: 'ok' }
const page = 'pages/publishHomework/publishHomework'
let wechat: StartedSandbox
let nowSeconds: number

beforeEach(async () => {
  wechat = await startSandbox({ edition: '2026' })
  nowSeconds = wechat.sandbox.clock.now() / second
})
afterEach(() => wechat.close())

const links = async () => (await wechat.get('/sandbox/links')).links
const errcode = async (path: string, body: object) => (await wechat.call(path, body)).errcode
const later = (ms: number) => new Date(wechat.sandbox.clock.now() + ms).toISOString()
const anUrlLink = expect.stringMatching(/^https:\/\/wxaurl\.cn\/[0-9A-Za-z]{11}$/)
const aScheme = expect.stringMatching(/^weixin:\/\/dl\/business\/\?t=[0-9A-Za-z]{11}$/)

describe('a URL Link', () => {
  it('opens the page of the example, and notes its page in the cloud', async () => {
    const cloud_base = { env: 'xxx', domain: 'xxx.xx', path: '/jump-wxa.html', query: 'a=1&b=2' }
    const made = await wechat.call(urlLink, {
      path: `/${page}`,
      query: '',
      expire_type: 1,
      expire_interval: 1,
      env_version: 'release',
      cloud_base,
    })
    expect(made).toEqual({ ...ok, url_link: anUrlLink })
    expect(await links()).toEqual([
      {
        link: made.url_link,
        kind: 'urlLink',
        path: page,
        query: '',
        envVersion: 'release',
        scene: 1194,
        cloudBase: cloud_base,
        endsAt: later(day),
        expired: false,
      },
    ])
  })

  it('opens the home page where it names none', async () => {
    expect(await wechat.call(urlLink, {})).toMatchObject(ok)
    expect((await links())[0]).not.toHaveProperty('path')
    await wechat.post('/sandbox/pages', { pages: ['pages/index/index'] })
    expect(await links()).toMatchObject([{ path: 'pages/index/index' }])
  })

  it('refuses a page in the cloud that is no object', async () => {
    expect(await errcode(urlLink, { cloud_base: 'xxx' })).toBe(47001)
  })
})

describe('a URL Scheme', () => {
  it('opens the page of the example', async () => {
    const made = await wechat.call(scheme, {
      jump_wxa: { path: `/${page}`, query: '', env_version: 'release' },
      is_expire: true,
      expire_type: 1,
      expire_interval: 1,
    })
    expect(made).toEqual({ ...ok, openlink: aScheme })
    const opened = { kind: 'scheme', path: page, scene: 1065, endsAt: later(day) }
    expect(await links()).toMatchObject([{ link: made.openlink, ...opened }])
  })

  it('opens the home page without a jump_wxa, and refuses one that is no object', async () => {
    expect(await wechat.call(scheme, {})).toMatchObject({ openlink: aScheme })
    expect(await errcode(scheme, { jump_wxa: page })).toBe(47001)
  })
})

describe.each([
  ['a URL Link', urlLink, (target: object, expiry: object) => ({ ...target, ...expiry })],
  ['a URL Scheme', scheme, (jump_wxa: object, expiry: object) => ({ jump_wxa, ...expiry })],
])('%s', (_, path, bodyOf) => {
  const ask = (target: object, expiry: object = {}) => wechat.call(path, bodyOf(target, expiry))

  it.each([
    ['a query in its path', { path: `${page}?a=1` }, 40165, 'invalid weapp pagepath'],
    ['a page that does not exist', { path: 'pages/other' }, 40165, 'invalid weapp pagepath'],
    ['a path that is no text', { path: 1 }, 40165, 'invalid weapp pagepath'],
    ['Chinese in its query', { query: 'a=中' }, 40212, 'invalid query'],
    ['1,025 characters of query', { query: 'q'.repeat(1_025) }, 40212, 'invalid query'],
    ['a query that is no text', { query: {} }, 40212, 'invalid query'],
    ['an unknown version', { env_version: 'beta' }, 85402, 'invalid env_version'],
  ])('refuses %s', async (_case, target, code, errmsg) => {
    await wechat.post('/sandbox/pages', { pages: [page] })
    const refusal = { errcode: code, errmsg: expect.stringMatching(`^${errmsg} rid: `) }
    expect(await ask(target)).toEqual(refusal)
    expect(await links()).toEqual([])
  })

  it('accepts the characters and the versions of the page', async () => {
    const query = `a=1&b=!#$'()*+,/:;?@-._~%`
    expect(await ask({ path: page, query, env_version: 'trial' })).toMatchObject(ok)
    expect(await ask({ query: 'q'.repeat(1_024) })).toMatchObject(ok)
    expect(await links()).toMatchObject([{ query, envVersion: 'trial' }, {}])
  })

  it('is refused for an app that is not published', async () => {
    await wechat.post('/sandbox/pages', { published: false })
    expect(await ask({ env_version: 'trial' })).toMatchObject({
      errcode: 85079,
      errmsg: expect.stringMatching('^miniprogram has no online release'),
    })
  })

  it.each([
    ['a time', (seconds: number) => ({ expire_type: 0, expire_time: seconds }), 3_600],
    ['the shortest time', (seconds: number) => ({ expire_time: seconds }), 60],
    ['the longest time', (seconds: number) => ({ expire_time: seconds }), 30 * 86_400],
  ])('ends at %s', async (_case, expiryAt, lasts) => {
    expect(await ask({}, expiryAt(nowSeconds + lasts))).toMatchObject(ok)
    expect(await links()).toMatchObject([{ endsAt: later(lasts * second), expired: false }])
    wechat.sandbox.clock.advance(lasts * second - 1)
    expect(await links()).toMatchObject([{ expired: false }])
    wechat.sandbox.clock.advance(1)
    expect(await links()).toMatchObject([{ expired: true }])
  })

  it.each([
    ['without a time', {}],
    ['with is_expire off', { is_expire: false, expire_type: 0 }],
    ['with zeros, as some SDKs send', { expire_type: 0, expire_time: 0, expire_interval: 0 }],
    ['for the most days', { expire_type: 1, expire_interval: 30 }],
  ])('ends after 30 days %s', async (_case, expiry) => {
    expect(await ask({}, expiry)).toMatchObject(ok)
    expect(await links()).toMatchObject([{ endsAt: later(30 * day) }])
  })

  it.each([
    ['a time within the minute', () => ({ expire_time: nowSeconds + 59 })],
    ['a time after 30 days', () => ({ expire_time: nowSeconds + 30 * 86_400 + 1 })],
    ['a time in milliseconds', () => ({ expire_time: nowSeconds * 1_000 })],
    ['the time of the former example', () => ({ expire_time: 1_606_737_600 })],
    ['31 days', () => ({ expire_type: 1, expire_interval: 31 })],
    ['no days', () => ({ expire_type: 1 })],
    ['a time that is none', () => ({ expire_time: 'soon' })],
    ['another type of expiry', () => ({ expire_type: 2, expire_interval: 1 })],
  ])('refuses %s', async (_case, expiry) => {
    expect(await ask({}, expiry())).toMatchObject({
      errcode: 85401,
      errmsg: expect.stringMatching('^time limit between 1min and 30days'),
    })
  })
})

describe('the quota of URL Links and URL Schemes', () => {
  const quotaOf = async (cgi_path: string) =>
    wechat.call('/cgi-bin/openapi/quota/get', { cgi_path })

  it('is of both together, by the day, and can be cleared', async () => {
    await wechat.post('/sandbox/quotas', { linksPerDay: 2 })
    expect(await errcode(urlLink, { path: 'p?q' })).toBe(40165)
    expect([await errcode(urlLink, {}), await errcode(scheme, {})]).toEqual([0, 0])
    for (const path of [urlLink, scheme]) {
      expect(await wechat.call(path, {})).toEqual({
        errcode: 44993,
        errmsg: expect.stringMatching('^reach max api day frequence limit rid: '),
      })
      expect(await quotaOf(path)).toEqual({
        ...ok,
        quota: { daily_limit: 2, used: 2, remain: 0 },
        rate_limit: { call_count: 100, refresh_second: 1 },
      })
    }
    await wechat.call('/cgi-bin/clear_quota', { appid: app.appId })
    expect([await errcode(urlLink, {}), await errcode(scheme, {})]).toEqual([0, 0])
    wechat.sandbox.clock.advance(day)
    expect(await errcode(urlLink, {})).toBe(0)
  })

  it('bounds the calls of a second, refused ones too', async () => {
    await wechat.post('/sandbox/quotas', { linksPerSecond: 2 })
    const calls = [
      await errcode(urlLink, { path: 'p?q' }),
      await errcode(scheme, {}),
      await errcode(urlLink, {}),
    ]
    expect(calls).toEqual([40165, 0, 44990])
    wechat.sandbox.clock.advance(second)
    expect(await errcode(urlLink, {})).toBe(0)
  })
})

describe('a Short Link', () => {
  const example = { page_url: `${page}?query1=q1`, page_title: 'Homework title' }
  const linkTo = (title: string) =>
    expect.stringMatching(`^#小程序://小程序示例/${title}[0-9A-Za-z]{15}$`)

  it('opens the page of the example for 30 days', async () => {
    const made = await wechat.call(shortLink, { ...example, is_permanent: false })
    expect(made).toEqual({ ...ok, link: linkTo('Homework title/') })
    expect(await links()).toEqual([
      {
        link: made.link,
        kind: 'shortLink',
        path: page,
        query: 'query1=q1',
        envVersion: 'release',
        scene: 1179,
        title: 'Homework title',
        endsAt: later(30 * day),
        expired: false,
      },
    ])
  })

  it('needs no title, and cuts a long one', async () => {
    expect(await wechat.call(shortLink, { page_url: page })).toMatchObject({ link: linkTo('') })
    const body = { page_url: page, page_title: '题'.repeat(21) }
    expect(await wechat.call(shortLink, body)).toMatchObject({
      link: linkTo(`${'题'.repeat(20)}\\.\\.\\./`),
    })
  })

  it('may be permanent, as often as the quota says', async () => {
    await wechat.post('/sandbox/quotas', { permanentShortLinks: 1 })
    const permanent = { ...example, is_permanent: true }
    expect(await wechat.call(shortLink, permanent)).toMatchObject(ok)
    wechat.sandbox.clock.advance(1_000 * day)
    expect(await links()).toMatchObject([{ endsAt: null, expired: false }])
    await wechat.call('/cgi-bin/clear_quota', { appid: app.appId })
    expect(await wechat.call(shortLink, permanent)).toEqual({
      errcode: 85400,
      errmsg: expect.stringMatching('^reach max long time quota limit rid: '),
    })
    expect(await errcode(shortLink, example)).toBe(0)
  })

  it('is counted by the day', async () => {
    await wechat.post('/sandbox/quotas', { shortLinksPerDay: 1 })
    expect([await errcode(shortLink, example), await errcode(shortLink, example)]).toEqual([
      0, 45009,
    ])
    await wechat.call('/cgi-bin/clear_quota', { appid: app.appId })
    expect(await errcode(shortLink, example)).toBe(0)
  })

  it.each([
    ['no page', {}, 40066],
    ['a page that does not exist', { page_url: 'pages/other?a=1' }, 40066],
    ['1,025 characters of page', { page_url: `${page}?${'q'.repeat(1_024 - page.length)}` }, 40066],
    ['a title that is no text', { page_url: page, page_title: {} }, 40225],
  ])('is refused for %s', async (_, body, code) => {
    await wechat.post('/sandbox/pages', { pages: [page] })
    expect(await errcode(shortLink, body)).toBe(code)
    expect(await links()).toEqual([])
  })

  it('is refused for an app that is not published', async () => {
    await wechat.post('/sandbox/pages', { published: false })
    expect(await errcode(shortLink, example)).toBe(40066)
  })
})
