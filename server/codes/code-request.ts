/** What a request for a code means: its key, the call at WeChat, and the scene of its payload. */
import type { CodeColor, CodeRequest } from '../../shared/wire/index.ts'
import { codeDefaults, shareParameter } from '../rules/codes.ts'
import { hashOfRequest } from '../runtime/encoding.ts'
import type { Random } from '../runtime/world.ts'
import type { PathCode, QrCode, SceneCode } from '../wechat/codes.ts'

/**
 * The key of 32 bytes for every way to write the same request of one app: with or without its
 * defaults, fields in any order, also those of the payload. For a request that `checkCode` passed.
 * The edition makes no difference. The key must never change, because codes are stored for ever.
 */
export function keyOfCode(request: CodeRequest): Buffer {
  return hashOfRequest(essence(request))
}

function essence(request: CodeRequest): object {
  const { kind, path = '', shareId, width = codeDefaults.width } = request
  const paths = { kind, path: pathWithShare(path, shareId), width }
  switch (kind) {
    case 'qrcode':
      return paths
    case 'path':
      return { ...paths, ...lookOf(request) }
    case 'scene': {
      const { scene, payload, page, checkPath = codeDefaults.checkPath } = request
      return { kind, scene, payload, shareId, page, checkPath, width, ...lookOf(request) }
    }
    default:
      return kind satisfies never
  }
}

/** `"007"` and 7 are one colour. */
const inNumbers = ({ r, g, b }: CodeColor) => ({ r: Number(r), g: Number(g), b: Number(b) })

function lookOf({
  autoColor = codeDefaults.autoColor,
  lineColor: { r, g, b } = codeDefaults.lineColor,
  isHyaline = codeDefaults.isHyaline,
  envVersion = codeDefaults.envVersion,
}: CodeRequest) {
  return { colors: autoColor ? 'auto' : [r, g, b].map(Number), isHyaline, envVersion }
}

export type CodeCall =
  ({ kind: 'path' } & PathCode) | ({ kind: 'scene' } & SceneCode) | ({ kind: 'qrcode' } & QrCode)

/**
 * The call at WeChat for a request that `checkCode` passed. It has no field that the request has
 * not. The share goes into the path.
 *
 * @param scene the one with the payload or share behind it; default: the request's own
 */
export function codeCall(request: CodeRequest, scene = request.scene ?? ''): CodeCall {
  const { kind, path = '', width, autoColor, lineColor, isHyaline, envVersion } = request
  const size = width === undefined ? {} : { width }
  const look = {
    ...size,
    ...(autoColor !== undefined && { autoColor }),
    ...(lineColor !== undefined && { lineColor: inNumbers(lineColor) }),
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

/**
 * The path of a code with its share, as WeChat gets it and counts its bytes. It has no leading
 * slash: both ways to write a path open the same page, and two codes would use up two of 100,000.
 */
export function pathWithShare(path: string, shareId: string | undefined): string {
  const page = path.replace(/^\/+/, '')
  if (shareId === undefined) return page
  return `${page}${page.includes('?') ? '&' : '?'}${shareParameter}=${shareId}`
}

/** The payload as it is stored: compact JSON. For a request whose depth `checkCode` has passed. */
export const payloadJson = ({ payload }: CodeRequest): string | undefined =>
  payload === undefined ? undefined : JSON.stringify(payload)

/**
 * A scene of ours with a payload or a share behind it: 22 letters, digits, `-` and `_`, which every
 * edition allows. 128 random bits, so that nobody finds the payloads of others by guessing.
 */
export const createSceneId = (random: Random): string => random(16).toString('base64url')

/** Whether a scene may be one of ours. */
export const looksLikeSceneId = (scene: string): boolean => /^[\w-]{22}$/.test(scene)
