/** Codes over a real store, with scripted replies of WeChat. */
import { createCodes } from '../../server/codes/codes.ts'
import { createCodeBudget } from '../../server/limits/limits.ts'
import { createApps } from '../../server/runtime/apps.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { Store } from '../../server/store/store.ts'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import type { CodeImage } from '../../server/wechat/codes.ts'
import { createFakeWorld } from '../support/fake-world.ts'

type CodeReply = AuthorizedReply<CodeImage>

export const refusal = (errcode: number): CodeReply => ({
  result: 'answered',
  errcode,
  errmsg: '',
  body: undefined,
})

export const image: CodeReply = {
  result: 'answered',
  errcode: 0,
  errmsg: '',
  body: { bytes: Buffer.from('image'), contentType: 'image/png' },
}

export const lost: CodeReply = { result: 'unknown', cause: new Error('lost') }

export function openCodeServer(path = ':memory:') {
  const world = createFakeWorld()
  const database = createSqliteStore({ path, world })
  let asked = 0
  const store: Store = {
    ...database,
    async reserveSlot(input) {
      const turn = await database.reserveSlot(input)
      asked += 1
      return turn
    },
  }
  const apps = createApps([{ appId: 'wx1234567', secret: 'hush', edition: '2026' }])
  const app = apps.all[0]!
  const calls: { kind: string; scene?: string; path?: string }[] = []
  let answer: (n: number) => CodeReply | Promise<CodeReply> = (n) => ({
    result: 'answered',
    errcode: 0,
    errmsg: '',
    body: { bytes: Buffer.from(`image ${n}`), contentType: 'image/png' },
  })
  const maker = (kind: string) => async (code: object) => {
    calls.push({ kind, ...code })
    return answer(calls.length)
  }
  const makers = {
    makePathCode: maker('path'),
    makeSceneCode: maker('scene'),
    makeQrCode: maker('qrcode'),
  }
  const codes = createCodes({
    store,
    apps,
    wechatOf: () => makers,
    world,
    budgetOf: createCodeBudget({ codesPerKeyDay: 3 }),
    perMinute: { all: 3, pregenerated: 2 },
  })
  return {
    world,
    store,
    app,
    calls,
    makers,
    codes,
    /** How often a rate slot was requested. */
    asked: () => asked,
    /** Sets the replies; by default every call makes an image. */
    answers: (next: typeof answer) => void (answer = next),
    async close() {
      await codes.close()
      await store.close()
    },
  }
}

/** Resolves once the condition holds; otherwise the test's own time-out ends the wait. */
export async function becomes(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}
