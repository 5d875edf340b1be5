import { describe, expect, it } from '@jest/globals'
import { checkImage, imageKind } from '../../server/customer/images.ts'
import { gif, jpg, png } from './images.ts'

const webp = Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1')
const bmp = Buffer.from('BM\x46\0\0\0\0\0\0\0', 'latin1')

describe('the kind of an image', () => {
  it.each([
    ['png', png(520, 416)],
    ['gif', gif(520, 416)],
    ['jpg', jpg(520, 416)],
    ['jpg', jpg(520, 416, 0xc2)],
  ])('follows from its bytes, with its size: %s', (type, bytes) => {
    expect(imageKind(bytes)).toEqual({ type, size: { width: 520, height: 416 } })
  })

  it('has no size where the header has none', () => {
    expect(imageKind(webp)).toEqual({ type: 'webp' })
    expect(imageKind(bmp)).toEqual({ type: 'bmp' })
    expect(imageKind(png(0, 0))).toEqual({ type: 'png' })
  })

  it('is found in every beginning of an image without a crash', () => {
    for (const bytes of [png(1, 1), gif(1, 1), jpg(1, 1)]) {
      for (let length = 10; length < bytes.length; length++) {
        expect(imageKind(bytes.subarray(0, length))?.type).toBeDefined()
      }
    }
  })

  it.each(['', '\xff\xd8', 'PNG', '<svg/>', '{"errcode":0}', 'BMW', 'RIFF\0\0\0\0WAVE'])(
    'is not found in %j',
    (text) => expect(imageKind(Buffer.from(text, 'latin1'))).toBeUndefined(),
  )
})

describe('an image for WeChat', () => {
  it('may hold 2 MB and not a byte more', () => {
    const full = Buffer.concat([png(1, 1), Buffer.alloc(2 * 2 ** 20 - 33)])
    expect(checkImage(full, 'message')).toMatchObject({ ok: true, type: 'png' })
    const over = Buffer.concat([full, Buffer.alloc(1)])
    expect(checkImage(over, 'message')).toMatchObject({ ok: false, problem: 'too_large' })
  })

  it('must be an image by its bytes', () => {
    const refused = { ok: false, problem: 'not_an_image' }
    expect(checkImage(Buffer.from('GIF is a format'), 'message')).toMatchObject(refused)
    expect(checkImage(Buffer.alloc(0), 'card')).toMatchObject(refused)
  })

  it('must be of a type that WeChat takes', () => {
    const refused = { ok: false, problem: 'type_not_taken' }
    expect(checkImage(webp, 'message')).toMatchObject(refused)
    expect(checkImage(gif(80, 80), 'message').ok).toBe(true)
    expect(checkImage(gif(80, 80), 'link')).toMatchObject(refused)
  })

  it('gets a warning, never a refusal, for its size', () => {
    expect(checkImage(jpg(520, 416), 'card')).toEqual({ ok: true, type: 'jpg', warnings: [] })
    expect(checkImage(jpg(416, 520), 'card')).toEqual({
      ok: true,
      type: 'jpg',
      warnings: ['The image is 416×520; it looks best at 520×416.'],
    })
    expect(checkImage(png(640, 320), 'link')).toMatchObject({ warnings: [] })
    expect(checkImage(png(80, 80), 'link')).toMatchObject({ warnings: [] })
    expect(checkImage(png(81, 80), 'link')).toMatchObject({
      warnings: ['The image is 81×80; it looks best at 640×320 or 80×80.'],
    })
    expect(checkImage(png(1, 1), 'message')).toMatchObject({ warnings: [] })
  })
})
