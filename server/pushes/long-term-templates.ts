/** Which subscribe templates are long-term: a consent to one has no count (platform: newtmpl, type 3). */
import { longTermRules } from '../rules/pushes.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { createSingleFlight, withTimeout } from '../runtime/concurrency.ts'
import type { World } from '../runtime/world.ts'
import type { Wechat } from '../wechat/wechat.ts'

/**
 * Asks WeChat for the account's templates when it hears of one that it does not know, at most once a minute, and waits
 * a second for the answer. Never rejects. A template that is not known counts as one-time, which promises less; a
 * later consent to it puts that right.
 */
export type LongTermTemplates = (
  app: ReachApp,
  templateIds: readonly string[],
) => Promise<(templateId: string) => boolean>

interface Known {
  /** By id: whether it is long-term. */
  templates: ReadonlyMap<string, boolean>
  askedAtMs: number
}

export function createLongTermTemplates(options: {
  wechatOf(appId: string): Pick<Wechat, 'newtmpl'>
  world: Pick<World, 'monotonic' | 'log'>
}): LongTermTemplates {
  const { wechatOf, world } = options
  const apps = new Map<string, Known>()
  const requests = createSingleFlight<void>()

  async function ask(appId: string, known: Known): Promise<void> {
    try {
      const reply = await wechatOf(appId).newtmpl.list()
      if (reply.result !== 'answered' || !reply.body) return
      const rows = reply.body.map(({ templateId, term }) => [templateId, term === 'long'] as const)
      known.templates = new Map(rows)
    } catch (err) {
      world.log.warn({ err, appId }, 'the subscribe templates could not be listed')
    }
  }

  return async ({ appId, edition }, templateIds) => {
    const known: Known = apps.get(appId) ?? { templates: new Map(), askedAtMs: -Infinity }
    apps.set(appId, known)
    const isLongTerm = (templateId: string) => known.templates.get(templateId) === true
    const isStrange = templateIds.some((templateId) => !known.templates.has(templateId))
    if (edition === '2018' || !isStrange) return isLongTerm
    const isDue = world.monotonic.now() >= known.askedAtMs + longTermRules.askEveryMs
    if (!isDue && !requests.isRunning(appId)) return isLongTerm
    await withTimeout(world.monotonic, longTermRules.waitMs, () =>
      requests.run(appId, () => {
        known.askedAtMs = world.monotonic.now()
        return ask(appId, known)
      }),
    )
    return isLongTerm
  }
}
