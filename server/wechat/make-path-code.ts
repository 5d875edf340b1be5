import type { Authorized } from './authorized.ts'
import { codeImage, lookFields, type CodeImage, type CodeLook } from './code-image.ts'
import type { AuthorizedReply } from './reply.ts'

export type PathCode = CodeLook & { path: string }

/** A 小程序码 that opens a path (seeds/004 A). Each answer spends one of the 100,000 that it shares with C. */
export function makePathCode(
  authorized: Authorized,
  code: PathCode,
): Promise<AuthorizedReply<CodeImage>> {
  return authorized({
    path: '/wxa/getwxacode',
    body: { path: code.path, ...lookFields(code) },
    decodeFile: codeImage,
  })
}
