/**
 * The templates of the account for a channel, as they were up to five minutes ago: WeChat is called
 * for each look at them, and counts these calls.
 */
import { api } from '../../api/api.ts'
import { app } from '../../api/session.ts'
import { shortId } from '../../ui/short-id.ts'
import type { AccountTemplate } from './draft.ts'

type NoticeChannel = 'template' | 'subscribe'

/** WeChat gives at most 20 a page, and an account holds some dozens. */
const perPage = 20
const mostPages = 10

const keptMs = 5 * 60_000
const kept = new Map<string, { templates: Promise<AccountTemplate[]>; untilMs: number }>()
const keyOf = (channel: NoticeChannel) => `${app.value?.appId} ${channel}`

export function accountTemplates(channel: NoticeChannel): Promise<AccountTemplate[]> {
  const key = keyOf(channel)
  const known = kept.get(key)
  if (known && Date.now() < known.untilMs) return known.templates
  const templates = askWechat(channel)
  kept.set(key, { templates, untilMs: Date.now() + keptMs })
  // A failure is not kept: the next one who asks tries again.
  templates.catch(() => {
    if (kept.get(key)?.templates === templates) kept.delete(key)
  })
  return templates
}

/** They changed, or may have: the next look is a new one. */
export function forgetTemplates(channel: NoticeChannel): void {
  kept.delete(keyOf(channel))
}

/** To choose one of them by its title. */
export const templateOptions = (templates: readonly AccountTemplate[] = []) =>
  templates.map(({ templateId, title }) => ({
    value: templateId,
    text: `${title} (${shortId(templateId)})`,
  }))

/** Not ended by who asked: others may wait for the same reply. */
async function askWechat(channel: NoticeChannel): Promise<AccountTemplate[]> {
  const { templates, subscribeTemplates } = api()
  if (channel === 'subscribe') return (await subscribeTemplates.list()).templates
  const all: AccountTemplate[] = []
  for (let n = 0; n < mostPages; n += 1) {
    const page = await templates.list({ offset: n * perPage, count: perPage })
    all.push(...page.templates)
    if (page.templates.length < perPage) break
  }
  return all
}
