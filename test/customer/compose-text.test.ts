import { describe, expect, it } from '@jest/globals'
import { composeText } from '../../server/customer/content.ts'
import type { CustomerTextPart } from '../../shared/wire/index.ts'

const own = 'wx0123456789'
const link = (more: object = {}) => ({ text: '点击跳小程序', path: 'pages/index/index', ...more })
const compose = (...parts: CustomerTextPart[]) => composeText({ parts }, own)
const fields = (reply: ReturnType<typeof composeText>) =>
  reply.ok ? [] : reply.errors.map(({ path }) => path)

describe('a text of parts', () => {
  it("is written in the page's own markup", () => {
    expect(compose('文本内容....', link({ href: 'http://www.qq.com' }))).toEqual({
      ok: true,
      value:
        `文本内容....<a href="http://www.qq.com" data-miniprogram-appid="${own}" ` +
        `data-miniprogram-path="pages/index/index">点击跳小程序</a>`,
    })
  })

  it('has no href when none is given', () => {
    expect(compose(link())).toMatchObject({ value: expect.not.stringContaining('href') })
  })

  it('keeps the query of a path and escapes what would end an attribute or a tag', () => {
    const text = `1 < 2 & "3"`
    const composed = compose(
      '<b>',
      link({ text, path: 'pages/a?x=1&y="><b>', href: 'https://q.cn/?a=1&b=2' }),
    )
    expect(composed).toMatchObject({
      value:
        '&lt;b&gt;<a href="https://q.cn/?a=1&amp;b=2" ' +
        `data-miniprogram-appid="${own}" ` +
        `data-miniprogram-path="pages/a?x=1&amp;y=&quot;&gt;&lt;b&gt;">` +
        '1 &lt; 2 &amp; &quot;3&quot;</a>',
    })
  })

  it('takes the own appid', () => {
    expect(compose(link({ appId: own })).ok).toBe(true)
  })

  it.each([
    ['a foreign appid', { appId: 'wx9999999999' }, 'appId'],
    ['no text', { text: ' ' }, 'text'],
    ['no path', { path: '' }, 'path'],
    ['a path from the root', { path: '/pages/index' }, 'path'],
    ['a path with a line break', { path: 'pages/a\nb' }, 'path'],
    ['a path of 1,025 characters', { path: 'p'.repeat(1025) }, 'path'],
    ['an href that is no address', { href: 'www.qq.com' }, 'href'],
    ['an href that is a script', { href: 'javascript:alert(1)' }, 'href'],
  ])('refuses a link with %s, and names the field', (_name, wrong, field) => {
    expect(fields(compose('a', link(wrong)))).toEqual([`/text/parts/1/${field}`])
  })

  it('names every bad field at once', () => {
    expect(fields(compose(link({ path: '' }), link({ text: '' })))).toEqual([
      '/text/parts/0/path',
      '/text/parts/1/text',
    ])
  })

  it.each([[[]], [['', '  ']]])('refuses parts that hold no text', (parts) => {
    expect(fields(composeText({ parts }, own))).toEqual(['/text/parts'])
  })
})

describe('a handwritten text', () => {
  const written = (content: string) => composeText({ content }, own)

  it.each([
    'Hello World',
    '1 < 2 & 3',
    `<a href="http://www.qq.com" data-miniprogram-appid="${own}" ` +
      `data-miniprogram-path="pages/index/index">点击跳小程序</a>`,
    '<a href="http://www.qq.com">qq</a>',
    'write data-miniprogram-appid="wx9999999999" into your link',
    '<abbr data-miniprogram-appid="wx9999999999">not a link</abbr>',
    '<a href="x" title=\'data-miniprogram-appid="wx9999999999"\'>within a value</a>',
  ])('is sent unchanged: %s', (content) => {
    expect(written(content)).toEqual({ ok: true, value: content })
  })

  it.each([
    '<a data-miniprogram-appid="wx9999999999">x</a>',
    "<a data-miniprogram-appid='wx9999999999'>x</a>",
    '<a data-miniprogram-appid=wx9999999999>x</a>',
    '<A HREF="x"\n\tDATA-Miniprogram-AppID = "wx9999999999">x</A>',
    '<a/data-miniprogram-appid="wx9999999999"/>x',
    '<a title="a>b" data-miniprogram-appid="wx9999999999">x</a>',
    '<a =x data-miniprogram-appid="wx9999999999">x</a>',
    '<a href= data-x=1 data-miniprogram-appid="wx9999999999">x</a>',
    '<a href="x"data-miniprogram-appid="wx9999999999">x</a>',
    '<a data-miniprogram-appid="wx9999999999"',
    '<a data-miniprogram-appid="wx9999999999',
    '<a data-miniprogram-appid="">x</a>',
    `<a data-miniprogram-appid="${own}">x</a><a data-miniprogram-appid="wx9999999999">y</a>`,
    `<a data-miniprogram-appid="${own}" data-miniprogram-appid="wx9999999999">x</a>`,
  ])('is refused for a foreign appid, however it is written: %s', (content) => {
    expect(fields(written(content))).toEqual(['/text/content'])
  })

  it.each([
    ['/pages/index', 'must not begin with a slash'],
    ['&#47;pages/index', 'must not begin with a slash'],
    ['https://example.com', 'is a web address'],
    ['weixin://dl/business', 'is a web address'],
    ['', 'is empty'],
    ['pages/ index', 'holds a space'],
    ['pages/index?a=1&#10;b', 'holds a space'],
    ['p'.repeat(1_025), 'is longer than 1024'],
  ])('is refused for the path %j, as a part is', (path, message) => {
    for (const mark of ['"', "'"]) {
      const target = `data-miniprogram-path=${mark}${path}${mark}`
      const reply = written(`a <a data-miniprogram-appid="${own}" ${target}>x</a>`)
      expect(reply).toMatchObject({
        ok: false,
        errors: [{ path: '/text/content', message: expect.stringContaining(message) }],
      })
    }
    const plain = path.replace('&#47;', '/').replace('&#10;', '\n')
    expect(fields(compose(link({ path: plain })))).toEqual(['/text/parts/0/path'])
  })

  it('is refused without a path in a link into the mini-program', () => {
    expect(fields(written(`<a data-miniprogram-appid="${own}">x</a>`))).toEqual(['/text/content'])
  })

  it('keeps paths with a query, written with and without entities', () => {
    for (const path of ['pages/index', 'pages/index?a=1&b=2', 'pages/index?a=1&amp;b=%E4%B8%AD']) {
      const content = `<a data-miniprogram-appid="${own}" data-miniprogram-path="${path}">x</a>`
      expect(written(content)).toEqual({ ok: true, value: content })
    }
    expect(fields(written('<a href="https://example.com">x</a>'))).toEqual([])
  })

  it('is refused when it is empty', () => {
    expect(fields(written(' \n'))).toEqual(['/text/content'])
  })

  it.each(['<a '.repeat(40_000), `<a ${'='.repeat(100_000)}`, `<a x${' '.repeat(100_000)}`])(
    'is read in linear time',
    (content) => expect(written(content).ok).toBe(true),
  )
})
