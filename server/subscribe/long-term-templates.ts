/** Which subscribe templates are long-term (platform: newtmpl, type 3). */
import { longTermRules } from '../rules/pushes.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { createSingleFlight, withTimeout, type World } from '../runtime/world.ts'
import type { Wechat } from '../wechat/wechat.ts'

/**
 * Lists the account's templates at WeChat when one of `templateIds` is unknown: at most once a
 * minute, and waits at most one second. Never rejects. An unknown template counts as one-time,
 * which grants less; a later consent to it corrects that.
 */
export type LongTermTemplates = (
  app: ReachApp,
  templateIds: readonly string[],
) => Promise<(templateId: string) => boolean>

interface AccountTemplates {
  /** By id: whether the template is long-term. */
  known: ReadonlyMap<string, boolean>
  listedAtMs: number
}

export function createLongTermTemplates(options: {
  wechatOf(appId: string): { newtmpl: Pick<Wechat['newtmpl'], 'list'> }
  world: Pick<World, 'monotonic' | 'log'>
}): LongTermTemplates {
  const { wechatOf, world } = options
  const accounts = new Map<string, AccountTemplates>()
  const requests = createSingleFlight<void>()

  async function list(appId: string, account: AccountTemplates): Promise<void> {
    account.listedAtMs = world.monotonic.now()
    try {
      const reply = await wechatOf(appId).newtmpl.list()
      if (reply.result !== 'answered' || !reply.body) return
      const rows = reply.body.map(({ templateId, term }) => [templateId, term === 'long'] as const)
      account.known = new Map(rows)
    } catch (err) {
      world.log.warn({ err, appId }, 'the subscribe templates could not be listed')
    }
  }

  return async ({ appId, edition }, templateIds) => {
    const account = accounts.get(appId) ?? { known: new Map(), listedAtMs: -Infinity }
    accounts.set(appId, account)
    const isLongTerm = (templateId: string) => account.known.get(templateId) === true
    const allKnown = templateIds.every((templateId) => account.known.has(templateId))
    if (edition === '2018' || allKnown) return isLongTerm
    const isDue = world.monotonic.now() >= account.listedAtMs + longTermRules.askEveryMs
    if (isDue || requests.isRunning(appId)) {
      const request = () => requests.run(appId, () => list(appId, account))
      await withTimeout(world.monotonic, longTermRules.waitMs, request)
    }
    return isLongTerm
  }
}
