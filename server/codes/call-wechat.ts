import type { CodeImage } from '../wechat/code-image.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import type { Wechat } from '../wechat/wechat.ts'
import type { CodeToMake } from './code-to-make.ts'

export type CodeMakers = Pick<Wechat, 'makePathCode' | 'makeSceneCode' | 'makeQrCode'>

/** The one call that makes a code: never tried again by itself. */
export function callWechat(
  wechat: CodeMakers,
  { kind, ...code }: CodeToMake,
): Promise<AuthorizedReply<CodeImage>> {
  switch (kind) {
    case 'path':
      return wechat.makePathCode(code as Parameters<CodeMakers['makePathCode']>[0])
    case 'scene':
      return wechat.makeSceneCode(code as Parameters<CodeMakers['makeSceneCode']>[0])
    case 'qrcode':
      return wechat.makeQrCode(code as Parameters<CodeMakers['makeQrCode']>[0])
    default:
      return kind satisfies never
  }
}
