/** What an image is, by its first bytes: names and content types are claims. */

export type ImageType = 'jpg' | 'png' | 'gif' | 'webp' | 'bmp'

export const imageContentTypes = {
  jpg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
} as const satisfies Record<ImageType, string>

/** `undefined`: none of these. Says nothing about the rest of the bytes. */
export function imageType(bytes: Buffer): ImageType | undefined {
  const begins = (text: string, at = 0) =>
    bytes.subarray(at, at + text.length).toString('latin1') === text
  if (begins('\xff\xd8\xff')) return 'jpg'
  if (begins('\x89PNG\r\n\x1a\n')) return 'png'
  if (begins('GIF87a') || begins('GIF89a')) return 'gif'
  if (begins('RIFF') && begins('WEBP', 8)) return 'webp'
  // Two letters could begin any text: the reserved bytes after the length are zero.
  if (begins('BM') && begins('\0\0\0\0', 6)) return 'bmp'
  return undefined
}
