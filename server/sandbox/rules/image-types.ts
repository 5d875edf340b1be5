/** The kinds of pictures that the platform takes, told by their first bytes. */
export interface ImageType {
  readonly contentType: string
  readonly extension: string
}

const types: readonly (ImageType & { starts: readonly string[] })[] = [
  { contentType: 'image/png', extension: 'png', starts: ['\x89PNG\r\n\x1a\n'] },
  { contentType: 'image/jpeg', extension: 'jpg', starts: ['\xff\xd8\xff'] },
  { contentType: 'image/gif', extension: 'gif', starts: ['GIF87a', 'GIF89a'] },
]

export function imageTypeOf(bytes: Buffer): ImageType | undefined {
  const first = bytes.toString('latin1', 0, 8)
  return types.find(({ starts }) => starts.some((start) => first.startsWith(start)))
}
