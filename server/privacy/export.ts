/** What is kept of a user, as one document. */
import type {
  ExportedCredit,
  ExportedMessage,
  ExportedParts,
  ExportReply,
} from '../../shared/wire/index.ts'
import { toCredit } from '../ledger/record.ts'
import { callReply, contentOf, messageReply } from '../ledger/send.ts'
import { exportRules } from '../rules/privacy.ts'
import { iso, type World } from '../runtime/world.ts'
import type {
  CreditRow,
  ExportedPage,
  ExportedRows,
  SentMessage,
  Store,
  UserNumber,
} from '../store/store.ts'

export interface Export {
  /**
   * The first `exportRules.maxRows` rows of each part. It is no snapshot: rows that are written
   * meanwhile may be in it. An unknown user has no rows. `undefined`: the user was erased since.
   */
  of(user: { appId: string; openId: string }): Promise<ExportReply | undefined>
}

export function createExport({
  store,
  world: { clock },
}: {
  store: Pick<Store, 'findUser' | 'findExported'>
  world: Pick<World, 'clock'>
}): Export {
  /** One row more than a part may have, or a few, if there are that many. */
  async function readRows(user: UserNumber, part: PartName): Promise<object[]> {
    const rows: object[] = []
    let after: ExportedPage['next']
    do {
      const page = await store.findExported({ user, part, after })
      rows.push(...page.rows)
      after = page.next
    } while (after !== undefined && rows.length <= exportRules.maxRows)
    return rows
  }

  async function readParts(user: UserNumber): Promise<Parts> {
    const found: Parts = { parts: { ...none }, truncated: [] }
    for (const part of partNames) {
      const rows = await readRows(user, part)
      const toExported = exported[part] as (row: object) => object
      const kept = rows.slice(0, exportRules.maxRows).map(toExported)
      Object.assign(found.parts, { [part]: kept })
      if (rows.length > exportRules.maxRows) found.truncated.push(part)
    }
    return found
  }

  return {
    async of({ appId, openId }) {
      const document = { appId, openId, exportedAt: iso(clock.now()) }
      const user = await store.findUser(appId, openId)
      if (user === undefined) return { ...document, truncated: [], ...none }
      const { parts, truncated } = await readParts(user)
      const isKept = (await store.findUser(appId, openId)) === user
      return isKept ? { ...document, truncated, ...parts } : undefined
    },
  }
}

type PartName = keyof ExportedParts
type Parts = { parts: ExportedParts; truncated: PartName[] }

const same = <Row>(row: Row): Row => row

const exported: {
  [Name in PartName]: (row: ExportedRows[Name][number]) => ExportedParts[Name][number]
} = {
  profile: same,
  sessions: same,
  sessionKeys: same,
  events: same,
  credits: creditOf,
  creditHistory: same,
  messages: messageOf,
  broadcasts: same,
  consents: same,
  customerWindows: same,
  shares: same,
  arrivals: same,
  groups: same,
  pushes: same,
  pushContents: same,
  dailyCounts: same,
  audit: same,
}

export const partNames = Object.keys(exported) as PartName[]
// Each name has its empty list.
const none = Object.fromEntries(partNames.map((name) => [name, []])) as unknown as ExportedParts

function creditOf(row: CreditRow): ExportedCredit {
  const { kind, ref, reserved } = row
  return {
    ...toCredit(row),
    ...(kind === 'form' && { formId: ref }),
    ...(kind === 'payment' && { prepayId: ref }),
    reserved,
  }
}

function messageOf({ row, calls, platformId }: SentMessage): ExportedMessage {
  const content = contentOf(row)
  return {
    ...messageReply(row),
    ...(content && { content }),
    ...(platformId !== undefined && { platformId }),
    calls: calls.map(callReply),
  }
}
