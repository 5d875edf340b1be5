import type { CodeRequest } from '../../shared/wire.ts'
import type { PathCode } from '../wechat/make-path-code.ts'
import type { QrCode } from '../wechat/make-qr-code.ts'
import type { SceneCode } from '../wechat/make-scene-code.ts'
import { pathWithShare } from './share-path.ts'

export type CodeToMake =
  ({ kind: 'path' } & PathCode) | ({ kind: 'scene' } & SceneCode) | ({ kind: 'qrcode' } & QrCode)

/**
 * What to ask of WeChat for a request that `checkCode` passed: nothing that was not asked for, and the share in the
 * path. `scene` is the one behind which a payload or a share was put; without one, the request's own.
 */
export function codeToMake(request: CodeRequest, scene = request.scene ?? ''): CodeToMake {
  const { kind, path = '', width, autoColor, lineColor, isHyaline, envVersion } = request
  const size = width === undefined ? {} : { width }
  const look = {
    ...size,
    ...(autoColor !== undefined && { autoColor }),
    ...(lineColor !== undefined && { lineColor }),
    ...(isHyaline !== undefined && { isHyaline }),
    ...(envVersion !== undefined && { envVersion }),
  }
  switch (kind) {
    case 'path':
      return { kind, path: pathWithShare(path, request.shareId), ...look }
    case 'qrcode':
      return { kind, path: pathWithShare(path, request.shareId), ...size }
    case 'scene': {
      const { page, checkPath } = request
      const target = {
        ...(page !== undefined && { page }),
        ...(checkPath !== undefined && { checkPath }),
      }
      return { kind, scene, ...target, ...look }
    }
    default:
      return kind satisfies never
  }
}
