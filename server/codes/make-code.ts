/** One code: from the store, or from WeChat into the store. */
import type { CodeRequest } from '../../shared/wire/index.ts'
import { codeWork } from '../rules/codes.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { World, Random } from '../runtime/world.ts'
import type { CodeStore, OpenCode } from '../store/code-store.ts'
import type { PathCode, QrCode, SceneCode, CodeImage } from '../wechat/codes.ts'
import { meaningOf } from '../wechat/errcodes/errcodes.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import type { Wechat } from '../wechat/wechat.ts'
import { payloadJson, pathWithShare } from './check-code.ts'

export interface MadeCode {
  bytes: Buffer
  contentType: string
  /** Ours, behind which a payload or a share is kept. */
  scene?: string
}

export type CodeOutcome =
  /** From the store: nothing was spent. */
  | { was: 'known'; code: MadeCode }
  /** `lasting`: how many codes that last are spent by now. */
  | { was: 'made'; code: MadeCode; lasting: number }
  | { was: 'refused'; reply: AuthorizedReply<unknown> }
  /** Another process makes it. */
  | { was: 'underWay' }

export interface MakeCodeDeps {
  store: CodeStore
  wechat: CodeMakers
  world: Pick<World, 'clock' | 'random'>
  /** Who makes it: dies with this process. */
  holder: string
}

export interface CodeJob {
  app: ReachApp
  request: CodeRequest
  key: Buffer
}

export async function makeCode(
  { store, wechat, world, holder }: MakeCodeDeps,
  { app, request, key }: CodeJob,
): Promise<CodeOutcome> {
  const counts = request.kind !== 'scene'
  const mine = { appId: app.appId, key, holder, counts }
  const scene = sceneOf(request, world)
  const opened = await store.openCode({
    ...mine,
    ...(scene && { scene }),
    leaseMs: codeWork.leaseMs,
    nowMs: world.clock.now(),
  })
  if (opened.was === 'underWay') return opened
  if (opened.was === 'made') {
    const known = await store.findCode(app.appId, key)
    if (!known) throw new Error('A code without its image: the database was changed by hand.')
    return { was: 'known', code: known }
  }

  const reply = await callWechat(wechat, codeToMake(request, opened.scene))
  if (reply.result === 'answered' && reply.body) {
    const image = reply.body
    const lasting = await store.keepCode({ ...mine, image, nowMs: world.clock.now() })
    const code = { ...image, ...(opened.scene !== undefined && { scene: opened.scene }) }
    return { was: 'made', code, lasting }
  }
  await store.dropCode({
    ...mine,
    was: reply.result === 'unknown' ? 'outcome_unknown' : 'not_made',
    exhausted: reply.result === 'answered' && reply.errcode === 45029,
    again: mayWorkLater(request, reply),
  })
  return { was: 'refused', reply }
}

function sceneOf(request: CodeRequest, { random }: Pick<World, 'random'>): OpenCode['scene'] {
  const { kind, shareId } = request
  const payload = payloadJson(request)
  if (kind !== 'scene' || (payload === undefined && shareId === undefined)) return undefined
  return {
    id: createSceneId(random),
    ...(payload !== undefined && { payload }),
    ...(shareId !== undefined && { shareId }),
  }
}

/** Whether what waits to be made ahead is tried again by itself. */
export function mayWorkLater({ kind }: CodeRequest, reply: AuthorizedReply<unknown>): boolean {
  // Each try may spend another of the codes that last.
  if (reply.result === 'unknown') return kind === 'scene'
  if (reply.result !== 'answered') return true
  const { outcome } = meaningOf(reply.errcode, 'code')
  return outcome === 'busy' || outcome === 'quota'
}

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

/**
 * A scene of ours, behind which a payload is kept: 22 letters, digits, `-` and `_`, which every edition takes.
 * 128 random bits, so that nobody finds the payloads of others by guessing.
 */
export const createSceneId = (random: Random): string => random(16).toString('base64url')

/** Whether a scene could be one of ours. */
export const looksLikeSceneId = (scene: string): boolean => /^[\w-]{22}$/.test(scene)
