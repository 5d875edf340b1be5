import type { Authorized } from './authorized.ts'
import { codeImage, lookFields, type CodeImage, type CodeLook } from './code-image.ts'
import type { AuthorizedReply } from './reply.ts'

export type SceneCode = CodeLook & {
  scene: string
  /** Absent: the home page. */
  page?: string
  /** Edition 2026. False: WeChat takes a page that the published mini-program does not have. */
  checkPath?: boolean
}

/** A 小程序码 that opens a page with a scene (seeds/004 B): any number of them, 5,000 a minute. */
export function makeSceneCode(
  authorized: Authorized,
  code: SceneCode,
): Promise<AuthorizedReply<CodeImage>> {
  return authorized({
    path: '/wxa/getwxacodeunlimit',
    body: {
      scene: code.scene,
      page: code.page,
      check_path: code.checkPath,
      ...lookFields(code),
    },
    decodeFile: codeImage,
  })
}
