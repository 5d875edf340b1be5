/** The smallest valid headers of images. */

export function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(33)
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes
}

export function gif(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(13)
  bytes.write('GIF89a', 'latin1')
  bytes.writeUInt16LE(width, 6)
  bytes.writeUInt16LE(height, 8)
  return bytes
}

/**
 * With an application segment, a Huffman table and padding before the frame, as in a camera's
 * files.
 */
export function jpg(width: number, height: number, frame = 0xc0): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt16BE(height, 0)
  size.writeUInt16BE(width, 2)
  return Buffer.concat([
    Buffer.from('ffd8ffe100060000ffc0ffc40004ffc0ff', 'hex'),
    Buffer.from([0xff, frame, 0x00, 0x11, 0x08]),
    size,
    Buffer.alloc(10),
  ])
}
