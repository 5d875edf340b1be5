/** The smallest beginnings of pictures: enough for who looks at the first bytes. */
export const png = Buffer.from('\x89PNG\r\n\x1a\n and the rest', 'latin1')
export const jpeg = Buffer.from('\xff\xd8\xff\xe0 and the rest', 'latin1')
export const gif = Buffer.from('GIF89a and the rest', 'latin1')
