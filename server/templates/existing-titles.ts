/** The titles that a new one is compared with: of the account's templates, and of the library. */
import type { Edition } from '../rules/credits.ts'
import { lintLimits } from '../rules/requests.ts'
import { accountTemplates, templateLibrary } from '../rules/templates.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { createSingleFlight, type World } from '../runtime/world.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import { meaningOf } from '../wechat/errcodes.ts'
import type { Wechat } from '../wechat/wechat.ts'

type Titles = { ok: true; titles: string[] } | { ok: false; reply: AuthorizedReply<unknown> }

/**
 * Any failure is the reply itself, but for an API that the account may not call: it has no titles.
 */
export interface ExistingTitles {
  /**
   * Of all templates of the account, from WeChat: of template messages or of subscribe messages.
   */
  ofAccount(app: ReachApp): Promise<Titles>
  /** Of the library (模板库), which is read once a day. */
  ofLibrary(app: ReachApp): Promise<Titles>
}

export function createExistingTitles({
  wechatOf,
  world: { monotonic },
}: {
  wechatOf(appId: string): Wechat
  world: Pick<World, 'monotonic'>
}): ExistingTitles {
  const libraries = new Map<string, { titles: string[]; untilMs: number }>()
  const requests = createSingleFlight<Titles>()

  async function readLibrary(key: string, { appId, edition }: ReachApp): Promise<Titles> {
    const library = await libraryTitles[edition](wechatOf(appId))
    if (library.ok) {
      const untilMs = monotonic.now() + templateLibrary.keptMs
      libraries.set(key, { titles: library.titles, untilMs })
    }
    return library
  }

  return {
    ofAccount: ({ appId, edition }) => accountTitles[edition](wechatOf(appId)),
    async ofLibrary(app) {
      const key = `${app.appId} ${app.edition}`
      const known = libraries.get(key)
      if (known && monotonic.now() < known.untilMs) return { ok: true, titles: known.titles }
      return requests.run(key, () => readLibrary(key, app))
    },
  }
}

type TitlesOf = Record<Edition, (wechat: Wechat) => Promise<Titles>>

const accountTitles: TitlesOf = {
  '2018': (wechat) =>
    readPages(
      accountTemplates,
      (page) => wechat.listTemplates(page),
      (templates) => templates,
    ),
  '2026': (wechat) =>
    readPages(
      { perPage: Infinity, maxPages: 1 },
      () => wechat.newtmpl.list(),
      (list) => list,
    ),
}

const libraryTitles: TitlesOf = {
  '2018': (wechat) =>
    readPages(
      templateLibrary['2018'],
      (page) => wechat.listLibrary(page),
      ({ templates }) => templates,
    ),
  async '2026'({ newtmpl }) {
    const categories = await newtmpl.categories()
    if (isNotPermitted(categories)) return { ok: true, titles: [] }
    if (categories.result !== 'answered' || !categories.body)
      return { ok: false, reply: categories }
    const categoryIds = categories.body.map(({ id }) => id)
    if (categoryIds.length === 0) return { ok: true, titles: [] }
    return readPages(
      templateLibrary['2026'],
      (page) => newtmpl.titles({ categoryIds, ...page }),
      ({ titles }) => titles,
    )
  },
}

/** Reads pages until one is not full. */
async function readPages<Body>(
  { perPage, maxPages }: { perPage: number; maxPages: number },
  read: (page: { offset: number; count: number }) => Promise<AuthorizedReply<Body>>,
  templatesOf: (body: Body) => readonly { title: string }[],
): Promise<Titles> {
  const titles: string[] = []
  for (let page = 0; page < maxPages; page++) {
    const reply = await read({ offset: page * perPage, count: perPage })
    if (isNotPermitted(reply)) break
    if (reply.result !== 'answered' || !reply.body) return { ok: false, reply }
    const templates = templatesOf(reply.body)
    // A page may hold more than was asked for, and a title that is no title.
    for (const { title } of templates.slice(0, Math.min(perPage, templateLibrary.maxTitles))) {
      if (title.length <= lintLimits.titleLength) titles.push(title)
    }
    if (templates.length < perPage) break
  }
  return { ok: true, titles }
}

const isNotPermitted = (reply: AuthorizedReply<unknown>) =>
  reply.result === 'answered' && meaningOf(reply.errcode).effect === 'not_permitted'
