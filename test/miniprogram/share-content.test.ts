import { describe, expect, it } from '@jest/globals'
import type { ShareContent } from '../../miniprogram/client'
import { launchApp, start } from '../support/phone/start'

/** The content that the platform gets from a handler. */
function shareOnce(content: unknown, at: { route?: string; options?: object } = {}) {
  const running = start()
  const page = running.life.open(
    { onShareAppMessage: running.reach.share((() => content) as never) },
    at,
  )
  const handler = page.onShareAppMessage as (event?: object) => ShareContent
  return { ...running, returned: handler.call(page, { from: 'menu' }) }
}

const withoutId = (path: string | undefined) => path?.replace(/_wxr=[\w-]{16}/, '_wxr=ID')

describe('the path of a share', () => {
  it.each([
    ['/p', '/p?_wxr=ID'],
    ['/p?', '/p?_wxr=ID'],
    ['/p?a=1', '/p?a=1&_wxr=ID'],
    ['/p?a=1&', '/p?a=1&_wxr=ID'],
    ['/p?a=1&a=%E4%BD%A0#top', '/p?a=1&a=%E4%BD%A0&_wxr=ID#top'],
    ['/p#top?x', '/p?_wxr=ID#top?x'],
    ['/p?_wxr=AAAAAAAABBBBBBBB&a=1', '/p?_wxr=ID&a=1'],
    ['/p?not_wxr=1', '/p?not_wxr=1&_wxr=ID'],
    ['/p?_wxr=AAAAAAAABBBBBBBB&a=1&_wxr=x', '/p?_wxr=ID&a=1'],
    ['/p?a=1#top?_wxr=x', '/p?a=1&_wxr=ID#top?_wxr=x'],
    ['/p?to=https://a.test/?_wxr=x', '/p?to=https://a.test/?_wxr=x&_wxr=ID'],
    ['p?a=1', 'p?a=1&_wxr=ID'],
  ])('%s becomes %s [case 11]', (given, expected) => {
    expect(withoutId(shareOnce({ path: given }).returned.path)).toBe(expected)
  })

  it.each([[undefined], [null], [{}]])(
    'is the current page with its query where the handler returns %p [case 10]',
    (content) => {
      const at = { route: 'pages/a', options: { x: '%201', _wxr: 'AAAAAAAABBBBBBBB' } }
      expect(withoutId(shareOnce(content, at).returned.path)).toBe('/pages/a?x=%201&_wxr=ID')
    },
  )

  it('escapes only what would break it, where the platform has decoded the query', () => {
    const at = { route: 'pages/a', options: { x: 'a&b#c d', y: '1=%20', z: undefined } }
    expect(withoutId(shareOnce({}, at).returned.path)).toBe(
      '/pages/a?x=a%26b%23c%20d&y=1=%20&_wxr=ID',
    )
  })

  it.each([
    [{ name: '100%' }, '?name=100%25'],
    [{ name: '100%&more' }, '?name=100%25%26more'],
    [{ name: '5%2' }, '?name=5%252'],
    [{ name: '%FF' }, '?name=%25FF'],
    [{ name: '%E4%BD' }, '?name=%25E4%25BD'],
    [{ name: '张三 %' }, '?name=张三%20%25'],
    // Cut in the middle of a surrogate pair, which nothing can encode.
    [{ name: '100%\ud83d' }, '?name=100%25\ud83d'],
    [{ url: 'https://a.cn/?b=1&c=%' }, '?url=https://a.cn/%3Fb%3D1%26c%3D%25'],
    [{ url: 'https://a.cn/?b=%20' }, '?url=https://a.cn/%3Fb%3D%2520'],
    [{ title: 'a b%20c' }, '?title=a%20b%2520c'],
    [{ token: 'YQ==' }, '?token=YQ=='],
    [{ name: '张三' }, '?name=张三'],
    [{ name: '%E5%BC%A0' }, '?name=%E5%BC%A0'],
    [{ '100%': '1' }, '?100%25=1'],
  ])('can be decoded by its opener, where a framework has decoded %j', (options, query) => {
    const { path } = shareOnce({}, { route: 'pages/a', options }).returned
    expect(withoutId(path)).toBe(`/pages/a${query}&_wxr=ID`)
    for (const pair of path!.slice(path!.indexOf('?') + 1).split('&')) {
      expect(() => pair.split('=').map(decodeURIComponent)).not.toThrow()
    }
    // The platform cuts a path at a second `?`.
    expect(path!.split('?')[1]).toMatch(/&_wxr=/)
  })

  it.each([[undefined], [null]])('stays absent where the page has %j for a query', (options) => {
    const { reach, life } = start()
    const page = { route: 'pages/a', options: options as unknown as object }
    life.pages.push(page)
    const content = reach.share(() => ({ title: 't' })).call(page)
    expect(content).not.toHaveProperty('path')
    expect(reach.share(() => ({ path: '/p' })).call(page).path).toMatch(/^\/p\?_wxr=/)
  })

  it('is that of the page on the stack, whatever `this` is', async () => {
    const { reach, life, phone } = start()
    life.open({}, { route: 'pages/below' })
    const top = life.open({}, { route: 'pages/top', options: { id: '7' } })
    const handler = reach.share(function (this: { route: string }) {
      return { title: this.route } as ShareContent
    })
    const line = { route: 'Line 5', options: { stop: '3' } }
    expect(withoutId(handler.call(line).path)).toBe('/pages/top?id=7&_wxr=ID')
    await phone.clock.advance(1000)
    expect(withoutId(handler.call(life.pages[0]).path)).toBe('/pages/below?_wxr=ID')
    await phone.clock.advance(1000)
    expect(withoutId(handler.call(top).path)).toBe('/pages/top?id=7&_wxr=ID')
    reach.formSubmit().call(line, { detail: { formId: 'f1', value: {} } })
    await phone.clock.settle()
    expect(phone.server.events.map((event) => (event as { page: string }).page)).toEqual([
      'pages/top',
      'pages/below',
      'pages/top',
      'pages/top',
    ])
  })

  it('stays absent where no page is on the stack, whatever `this` is', () => {
    const { reach } = start()
    const handler = reach.share(() => ({ title: 't' }))
    expect(handler.call({ route: 'Line 5', options: {} })).not.toHaveProperty('path')
  })

  it('stays absent where the route is unknown [case 12]', () => {
    const { reach } = start()
    expect(reach.share(() => ({ title: 't' }))({ from: 'menu', target: 0 })).not.toHaveProperty(
      'path',
    )
  })

  it('warns once of a path without a slash, and does not change it [case 11]', () => {
    const { returned, life, reach } = shareOnce({ path: 'p' })
    expect(returned.path).toMatch(/^p\?/)
    reach.share(() => ({ path: 'q' }))({ from: 'menu', target: 0 })
    expect(life.warnings).toEqual([expect.stringContaining('path_without_slash')])
  })

  it('warns of a picture that is neither PNG nor JPG, and does not change it [case 11]', () => {
    const { returned, life } = shareOnce({ path: '/p', imageUrl: 'https://a.test/b.gif?v=1' })
    expect(returned.imageUrl).toBe('https://a.test/b.gif?v=1')
    expect(life.warnings).toEqual([expect.stringContaining('image_not_png_or_jpg')])
  })

  it.each([
    'https://a.test/view.php?id=3',
    'https://a.test/picture.aspx',
    'https://a.test/v1.2/cover',
    '/mine.PNG',
    'wxfile://tmp_1.jpeg',
    undefined,
  ])('does not warn of the picture %s', (imageUrl) => {
    expect(shareOnce({ path: '/p', imageUrl }).life.warnings).toEqual([])
  })

  it('says nothing of a person: the id is short, and only an id [case 18]', async () => {
    const { phone, returned } = shareOnce({ path: '/p' })
    await phone.clock.settle()
    expect(returned.path).toMatch(/^\/p\?_wxr=[\w-]{16}$/)
  })
})

describe('content that comes later', () => {
  const idOf = (content: ShareContent | void) =>
    /_wxr=([\w-]+)/.exec((content && content.path) || '')?.[1]

  it('has the same id inside and outside, and the outer path as a default [case 13]', async () => {
    const { returned, phone } = shareOnce({
      path: '/out',
      promise: Promise.resolve({ title: 'in' }),
    })
    const inner = await returned.promise
    expect(inner).toMatchObject({ title: 'in', path: returned.path })
    expect(idOf(inner as ShareContent)).toBe(idOf(returned))
    await phone.clock.settle()
    expect(phone.server.events.map(({ type }) => type)).toEqual(['share.started'])
  })

  it('is the outer content after a rejection [case 13]', async () => {
    const { returned } = shareOnce({
      title: 'out',
      path: '/out',
      promise: Promise.reject(new Error('no')),
    })
    expect(await returned.promise).toMatchObject({ title: 'out', path: returned.path })
  })

  it('is the outer content after three seconds [case 13]', async () => {
    const { returned, phone } = shareOnce({
      title: 'out',
      path: '/out',
      promise: new Promise(() => {}),
    })
    let inner: unknown
    void returned.promise!.then((content) => (inner = content))
    await phone.clock.advance(2999)
    expect(inner).toBeUndefined()
    await phone.clock.advance(1)
    expect(inner).toMatchObject({ title: 'out' })
  })

  it('is recognised by then, also as what the handler returns [case 14]', async () => {
    // oxlint-disable-next-line no-thenable -- what a compiled or foreign promise looks like
    const thenable = { then: (resolve: (content: object) => void) => resolve({ path: '/later' }) }
    const { life, phone, reach } = start()
    const page = life.open({
      onShareAppMessage: reach.share((() => thenable) as never),
    })
    expect(withoutId((await life.tapShare(page))?.path)).toBe('/later?_wxr=ID')
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })
})

describe('a share', () => {
  it('is recorded with page, path, title, control and parent share [case 17]', async () => {
    const launch = { path: 'pages/home', query: { _wxr: 'PPPPPPPPPPPPPPPP' }, scene: 1007 }
    const running = start({ launch })
    launchApp(running)
    const page = running.life.open({
      onShareAppMessage: running.reach.share(() => ({ title: 'T' })),
    })
    const card = await running.life.tapShare(page, { from: 'button', target: {} })
    await running.phone.clock.settle()
    expect(running.phone.server.events[1]).toMatchObject({
      type: 'share.started',
      page: 'pages/home',
      path: card?.path,
      title: 'T',
      from: 'button',
      parentShareId: 'PPPPPPPPPPPPPPPP',
    })
  })

  it('is one event for two calls of one tap, or without options [case 16]', async () => {
    const { phone, reach, life } = start()
    const page = life.open({ onShareAppMessage: reach.share(() => ({ path: '/a' })) })
    const handler = page.onShareAppMessage as () => ShareContent
    expect(handler.call(page).path).toBe(handler.call(page).path)
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
    await phone.clock.advance(1000)
    handler.call(page)
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(2)
  })

  it('is another one on another page, however soon after [case 16]', async () => {
    const { phone, reach, life } = start()
    const page = reach.page({ onShareAppMessage: () => ({}) })
    const paths = []
    for (const route of ['pages/a', 'pages/b']) {
      paths.push((await life.tapShare(life.open(page, { route })))!.path)
    }
    await phone.clock.settle()
    expect(paths.map(withoutId)).toEqual(['/pages/a?_wxr=ID', '/pages/b?_wxr=ID'])
    expect(new Set(paths.map((path) => path.slice(-16))).size).toBe(2)
    expect(phone.server.events).toHaveLength(2)
  })

  it('is another one after the clock has jumped back [case 16]', async () => {
    const { phone, reach, life } = start()
    const page = life.open(reach.page({ onShareAppMessage: () => ({ path: '/a' }) }))
    const first = await life.tapShare(page)
    phone.clock.jump(-86_400_000)
    expect((await life.tapShare(page))?.path).not.toBe(first?.path)
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(2)
  })

  it('has an id of its own even where chance is always the same [case 18]', async () => {
    const { phone, reach, life } = start()
    phone.random = () => 0.5
    const page = life.open({ onShareAppMessage: reach.share(() => ({ path: '/a' })) })
    const first = await life.tapShare(page)
    await phone.clock.advance(1000)
    expect((await life.tapShare(page))?.path).not.toBe(first?.path)
  })
})
