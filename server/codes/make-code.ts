/** One code: from the store, or from WeChat into the store. */
import type { ReachApp } from '../apps.ts'
import type { CodeRequest } from '../../shared/wire.ts'
import type { CodeStore, OpenCode } from '../store/code-store.ts'
import { meaningOf } from '../wechat/errors.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import type { World } from '../world.ts'
import { callWechat, type CodeMakers } from './call-wechat.ts'
import { codeToMake } from './code-to-make.ts'
import { payloadJson } from './payload.ts'
import { createSceneId } from './scene-id.ts'

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

/** More than a call takes, a second one with a fresh token included. */
const leaseMs = 60_000

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
    leaseMs,
    nowMs: world.clock.now(),
  })
  if (opened.was === 'underWay') return opened
  if (opened.was === 'made') {
    const known = await store.findCode(app.appId, key)
    if (!known) throw new Error('A code without its image: the database was changed by hand.')
    return { was: 'known', code: known }
  }

  const reply = await callWechat(wechat, codeToMake(request, opened.scene))
  if (reply.fate === 'answered' && reply.body) {
    const image = reply.body
    const lasting = await store.keepCode({ ...mine, image, nowMs: world.clock.now() })
    const code = { ...image, ...(opened.scene !== undefined && { scene: opened.scene }) }
    return { was: 'made', code, lasting }
  }
  await store.dropCode({
    ...mine,
    was: reply.fate === 'unknown' ? 'nobody_knows' : 'not_made',
    exhausted: reply.fate === 'answered' && reply.errcode === 45029,
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
  if (reply.fate === 'unknown') return kind === 'scene'
  if (reply.fate !== 'answered') return true
  const { outcome } = meaningOf(reply.errcode, 'code')
  return outcome === 'busy' || outcome === 'quota'
}
