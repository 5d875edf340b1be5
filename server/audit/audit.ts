/** The audit of what API keys do: each call an entry, or counted by the minute. */
import { auditRules } from '../rules/audit.ts'
import type { World } from '../runtime/world.ts'
import type { AuditStore, NewAuditEntry } from '../store/store.ts'

export type AuditedCall = Omit<NewAuditEntry, 'atMs' | 'count'>

export interface Audit {
  /**
   * Resolves once the entry is durable. Never rejects: an entry that cannot be written is an error
   * in the log, with all that it knows but the user.
   */
  record(call: AuditedCall): Promise<void>
  /**
   * As `record` for the first call of its kind in a minute. The others of that minute are one more
   * entry at its end, with their count; a process that is killed loses that count. Kinds differ in
   * key, operation, app, outcome or network; those of strangers are limited
   * (`auditRules.strangersPerMinute`).
   */
  count(call: AuditedCall): Promise<void>
  /** Resolves once the entries of earlier calls are written, but for counts of this minute. */
  written(): Promise<void>
  /** Writes what was counted. */
  close(): Promise<void>
}

interface Counted {
  /** The last call. */
  call: AuditedCall
  /** Calls since the entry of the first. */
  more: number
}

export function createAudit({
  store,
  world: { clock, monotonic, log },
}: {
  store: Pick<AuditStore, 'recordAudit'>
  world: Pick<World, 'clock' | 'monotonic' | 'log'>
}): Audit {
  const closing = new AbortController()
  /** Of the current minute, by kind. Empty: no minute has begun. */
  let kinds = new Map<string, Counted>()
  let strangers = 0
  let ending: Promise<void> | undefined
  const writing = new Set<Promise<void>>()

  function write(call: AuditedCall, count = 1): Promise<void> {
    const done = tryToWrite(call, count).finally(() => writing.delete(done))
    writing.add(done)
    return done
  }

  async function tryToWrite(call: AuditedCall, count: number): Promise<void> {
    try {
      await store.recordAudit({ ...call, atMs: clock.now(), count })
    } catch (err) {
      const { openId: _personal, ...entry } = call
      log.error({ err, ...entry, count }, 'an entry of the audit could not be written')
    }
  }

  async function endMinute(): Promise<void> {
    await monotonic.wait(auditRules.minuteMs, closing.signal)
    const counted = [...kinds.values()].filter(({ more }) => more > 0)
    kinds = new Map()
    strangers = 0
    ending = undefined
    await Promise.all(counted.map(({ call, more }) => write(call, more)))
  }

  /** All strangers beyond the limit are one kind, and nothing tells where they came from. */
  const kindOf = (call: AuditedCall): [kind: string, call: AuditedCall] => {
    const { by, keyId, operation, appId, outcome, network } = call
    const kind = [by, keyId, operation, appId, outcome, network].join(' ')
    const isNewStranger = by === 'unknown' && !kinds.has(kind)
    if (!isNewStranger || strangers < auditRules.strangersPerMinute) {
      if (isNewStranger) strangers += 1
      return [kind, call]
    }
    return [`others ${outcome}`, { by, outcome }]
  }

  return {
    record: (call) => write(call),
    async count(given) {
      const [kind, call] = kindOf(given)
      ending ??= endMinute()
      const counted = kinds.get(kind)
      if (counted) {
        counted.call = call
        counted.more += 1
        return
      }
      kinds.set(kind, { call, more: 0 })
      await write(call)
    },
    async written() {
      await Promise.all(writing)
    },
    async close() {
      closing.abort()
      await ending
      await Promise.all(writing)
    },
  }
}
