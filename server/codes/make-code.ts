/** Makes one code: at most once per request, from the store if it was made before. */
import type { CodeRequest } from '../../shared/wire/index.ts'
import { codeWork } from '../rules/codes.ts'
import type { CodeBudgetOf } from '../limits/limits.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { Random, World } from '../runtime/world.ts'
import type { CodeRow, CodeStore, OpenCode } from '../store/code-store.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import type { CodeImage } from '../wechat/codes.ts'
import { meaningOf } from '../wechat/errcodes.ts'
import type { Wechat } from '../wechat/wechat.ts'
import { codeCall, createSceneId, payloadJson, type CodeCall } from './code-request.ts'

export type CodeResult =
  /** From the store: no quota was used. */
  | { was: 'known'; code: CodeRow }
  /** `lasting`: how many lasting codes are used by now. */
  | { was: 'made'; code: CodeRow; lasting: number }
  | { was: 'refused'; reply: AuthorizedReply<unknown> }
  /** Another process makes it. */
  | { was: 'in_progress' }
  /** The API key or its app has none of the lasting kinds left until the day ends. */
  | { was: 'over_budget'; leftMs: number }

/** The calls that make codes at WeChat. */
export type CodeApi = Pick<Wechat, 'makePathCode' | 'makeSceneCode' | 'makeQrCode'>

export interface CodeJob {
  app: ReachApp
  request: CodeRequest
  key: Buffer
  /** Of the API key that asks. Absent: a queued code, which was spent of it already. */
  daily?: ReturnType<CodeBudgetOf> | undefined
}

export async function makeCode(
  deps: {
    store: CodeStore
    wechat: CodeApi
    world: Pick<World, 'clock' | 'random'>
    /** Identifies this process as the owner of the lease. */
    holder: string
  },
  { app, request, key, daily }: CodeJob,
): Promise<CodeResult> {
  const { store, wechat, world, holder } = deps
  const counts = request.kind !== 'scene'
  const mine = {
    appId: app.appId,
    key,
    holder,
    counts,
    ...(counts && daily && { budget: daily.budget }),
  }
  const scene = sceneOf(request, world.random)
  const opened = await store.openCode({
    ...mine,
    request,
    ...(scene && { scene }),
    leaseMs: codeWork.leaseMs,
    nowMs: world.clock.now(),
  })
  if (opened.was === 'in_progress') return opened
  if (opened.was === 'over_budget') return { ...opened, leftMs: daily!.leftMs }
  if (opened.was === 'made') {
    const known = await store.findCode(app.appId, key)
    if (!known) throw new Error('A code without its image: the database was changed by hand.')
    return { was: 'known', code: known }
  }

  const reply = await callWechat(wechat, codeCall(request, opened.scene))
  if (reply.result === 'answered' && reply.body) {
    const image = reply.body
    const lasting = await store.keepCode({ ...mine, image, nowMs: world.clock.now() })
    const code = { ...image, ...(opened.scene !== undefined && { scene: opened.scene }) }
    return { was: 'made', code, lasting }
  }
  await store.dropCode({
    ...mine,
    was: reply.result === 'unknown' ? 'outcome_unknown' : 'not_made',
    exhausted:
      reply.result === 'answered' &&
      meaningOf(reply.errcode, 'code').meaning === 'code_quota_exhausted',
    again: isRetriable(request, reply),
  })
  return { was: 'refused', reply }
}

function sceneOf(request: CodeRequest, random: Random): OpenCode['scene'] {
  const { kind, shareId } = request
  const payload = payloadJson(request)
  if (kind !== 'scene' || (payload === undefined && shareId === undefined)) return undefined
  return {
    id: createSceneId(random),
    ...(payload !== undefined && { payload }),
    ...(shareId !== undefined && { shareId }),
  }
}

/** One call, never repeated by itself. */
function callWechat(wechat: CodeApi, call: CodeCall): Promise<AuthorizedReply<CodeImage>> {
  switch (call.kind) {
    case 'path': {
      const { kind: _, ...code } = call
      return wechat.makePathCode(code)
    }
    case 'scene': {
      const { kind: _, ...code } = call
      return wechat.makeSceneCode(code)
    }
    case 'qrcode': {
      const { kind: _, ...code } = call
      return wechat.makeQrCode(code)
    }
    default:
      return call satisfies never
  }
}

/** Whether a queued request stays queued after this reply. */
export function isRetriable({ kind }: CodeRequest, reply: AuthorizedReply<unknown>): boolean {
  // Each attempt may use another of the lasting codes.
  if (reply.result === 'unknown') return kind === 'scene'
  if (reply.result !== 'answered') return true
  const { effect } = meaningOf(reply.errcode, 'code')
  return effect === 'busy' || effect === 'quota'
}
