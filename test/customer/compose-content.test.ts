import { describe, expect, it } from '@jest/globals'
import { composeContent, contentWarnings } from '../../server/customer/content.ts'
import type { CustomerContent } from '../../shared/wire/index.ts'

const own = 'wx0123456789'
const fields = (message: CustomerContent) => {
  const reply = composeContent(message, own)
  return reply.ok ? [] : reply.errors.map(({ path }) => path)
}

describe('the content of a customer-service message', () => {
  const link = {
    title: 'Happy Day',
    description: 'Is Really A Happy Day',
    url: 'https://example.com/a',
    thumb_url: 'https://example.com/a.jpg',
  }
  const card = { title: 'title', pagepath: 'pages/index/index?foo=bar', thumb_media_id: 'm' }

  it('is composed from the parts of a text', () => {
    const text = { parts: ['a & b'] }
    const value = { msgtype: 'text', text: { content: 'a &amp; b' } }
    expect(composeContent({ msgtype: 'text', text }, own)).toEqual({ ok: true, value })
  })

  it('passes when every field is valid', () => {
    expect(fields({ msgtype: 'image', image: { media_id: 'm' } })).toEqual([])
    expect(fields({ msgtype: 'link', link })).toEqual([])
    expect(fields({ msgtype: 'miniprogrampage', miniprogrampage: card })).toEqual([])
  })

  it.each(['https://example.com/a', '//example.com', '/pages/a', '?a=1', 'pages/ a', '', ' '])(
    'refuses %j as the page of a card',
    (pagepath) => {
      const miniprogrampage = { ...card, pagepath }
      expect(fields({ msgtype: 'miniprogrampage', miniprogrampage })).toEqual([
        '/miniprogrampage/pagepath',
      ])
    },
  )

  it.each([
    ['https://example.com/a.gif', 'ends in .gif: WeChat shows JPG and PNG'],
    ['https://example.com/a.b/c.WEBP?w=1', 'ends in .webp: WeChat shows JPG and PNG'],
    ['https://example.com/a.svg#x', 'ends in .svg: WeChat shows JPG and PNG'],
  ])('warns of the picture of a link %s', (thumb_url, message) => {
    expect(contentWarnings({ msgtype: 'link', link: { ...link, thumb_url } })).toEqual([
      { path: '/link/thumb_url', message },
    ])
  })

  it.each([
    'https://example.com/a.jpg',
    'https://example.com/a.JPEG',
    'https://example.com/a.png?v=2.gif',
    'https://example.com/view.php?id=3',
    'https://example.com/a.jpg!thumb',
    'https://example.com/picture/7',
    'https://example.com/v1.2',
    'https://example.com',
  ])('warns of nothing about the picture of a link %s', (thumb_url) => {
    expect(contentWarnings({ msgtype: 'link', link: { ...link, thumb_url } })).toEqual([])
  })

  it('leaves the appid of a card out', () => {
    const miniprogrampage = { ...card, appid: own }
    expect(composeContent({ msgtype: 'miniprogrampage', miniprogrampage }, own)).toEqual({
      ok: true,
      value: { msgtype: 'miniprogrampage', miniprogrampage: card },
    })
  })

  it('is refused with the bad fields', () => {
    expect(fields({ msgtype: 'text', text: { content: '' } })).toEqual(['/text/content'])
    expect(fields({ msgtype: 'image', image: { media_id: '' } })).toEqual(['/image/media_id'])
    expect(fields({ msgtype: 'link', link: { ...link, title: '', url: 'URL' } })).toEqual([
      '/link/title',
      '/link/url',
    ])
    expect(fields({ msgtype: 'link', link: { ...link, thumb_url: 'media' } })).toEqual([
      '/link/thumb_url',
    ])
    for (const description of ['', ' \n']) {
      expect(fields({ msgtype: 'link', link: { ...link, description } })).toEqual([
        '/link/description',
      ])
    }
    expect(fields({ msgtype: 'image', image: { media_id: 'm\0' } })).toEqual(['/image/media_id'])
    const wrong = { title: ' ', pagepath: '/pages/a', thumb_media_id: '', appid: 'wx9999999999' }
    expect(fields({ msgtype: 'miniprogrampage', miniprogrampage: wrong })).toEqual(
      ['title', 'pagepath', 'thumb_media_id', 'appid'].map((name) => `/miniprogrampage/${name}`),
    )
  })
})
