import type { Authorized } from './authorized.ts'
import { codeImage, type CodeImage } from './code-image.ts'
import type { AuthorizedReply } from './reply.ts'

export interface QrCode {
  path: string
  /** Default 430. */
  width?: number
}

/** A 小程序二维码 that opens a path (seeds/004 C). Each answer spends one of the 100,000 that it shares with A. */
export function makeQrCode(
  authorized: Authorized,
  { path, width }: QrCode,
): Promise<AuthorizedReply<CodeImage>> {
  return authorized({
    path: '/cgi-bin/wxaapp/createwxaqrcode',
    body: { path, width },
    decodeFile: codeImage,
  })
}
