/** The first bytes of images, by which their type is recognised. */
export const png = Buffer.from('\x89PNG\r\n\x1a\n and the rest', 'latin1')
export const jpeg = Buffer.from('\xff\xd8\xff\xe0 and the rest', 'latin1')
export const gif = Buffer.from('GIF89a and the rest', 'latin1')
