/** A phone with two copies of the library on one storage: the app's, and a plugin's. */
import { createReach, type DroppedEvent, type Reach } from '../../../miniprogram/client'
import type { EnterOptions, Platform } from '../../../miniprogram/client/platform'
import type { EventsReply, ReachEvent } from '../../../shared/wire/index'
import { createPhone, type Life, type Phone, type PhoneReply } from '../../support/phone'
import { createInterruptibleLife, type InterruptibleLife } from './interruptible-life'
import { applyFault, type FaultyServer, type Fault } from './network-fault'

export interface RunningLife {
  life: Life
  interruptible: InterruptibleLife
  copies: [Reach, Reach]
}

export interface FaultyPhone {
  phone: Phone
  /** Faults of the next requests, one each; later requests have none. */
  faults: Fault[]
  /** Calls of `onDrop`, in all lives. */
  dropped: DroppedEvent[]
  /** The current life; where it has ended, the next one begins. */
  currentLife(): RunningLife
  /** The latest life, ended or not. */
  last(): RunningLife
  /** Events in storage as the library reads them: intact events of damaged content count. */
  stored(): ReachEvent[]
}

const isId = (id: unknown) => typeof id === 'string' && /^[\w-]{8,64}$/.test(id)
const eventsOf = (value: unknown): ReachEvent[] =>
  Array.isArray(value) ? value.filter((event) => event && isId(event.id)) : []

/** As the real server: a result has no id that is not valid. */
function withoutBadIds(reply: PhoneReply): PhoneReply {
  const { results } = reply.body as Partial<EventsReply>
  const named = (results || []).map((one) => ({ ...one, id: isId(one.id) ? one.id : null }))
  return results ? { ...reply, body: { results: named } } : reply
}

export function createFaultyPhone(): FaultyPhone {
  const phone = createPhone()
  const { clock, network, server, storage } = phone
  let running: RunningLife | undefined

  const faulty: FaultyPhone = {
    phone,
    faults: [],
    dropped: [],
    currentLife() {
      if (!running || running.interruptible.ended) running = begin()
      return running
    },
    last: () => running!,
    stored() {
      const numberOf = (key: string) => Number(/^wx-reach:1:(\d+)$/.exec(key)?.[1])
      const segments = storage
        .keys()
        .filter(numberOf)
        .sort((a, b) => numberOf(a) - numberOf(b))
      return segments.map(peek).flatMap(eventsOf)
    },
  }

  function peek(key: string): unknown {
    const { broken } = storage
    storage.broken = false
    const value = storage.get(key)
    storage.broken = broken
    return value
  }

  server.judge = ({ id }) => (isId(id) ? undefined : { status: 'rejected', reason: 'invalid' })
  const faultyServer: FaultyServer = {
    reply: (request) => withoutBadIds(server.reply(request)),
    forgetTokens: server.forgetTokens,
    after: clock.after,
  }
  network.reply = (request) => {
    const fault = faulty.faults.shift()
    return fault ? applyFault(fault, request, faultyServer) : faultyServer.reply(request)
  }

  function begin(): RunningLife {
    const launch: EnterOptions = { path: 'pages/home', query: {}, scene: 1001 }
    const life = phone.start(launch)
    const interruptible = createInterruptibleLife(life, storage)
    const onDrop = (drop: DroppedEvent) => void (interruptible.ended || faulty.dropped.push(drop))
    const copy = (platform: Platform) =>
      createReach(
        { baseUrl: 'https://reach.test', consent: 'granted', platform, onDrop },
        interruptible.world,
      )
    const { onAppShow: _show, onAppHide: _hide, ...ofPlugin } = interruptible.platform
    const copies: RunningLife['copies'] = [copy(interruptible.platform), copy(ofPlugin)]
    const begun = { life, interruptible, copies }
    life.App(copies[0].app({}))
    return begun
  }

  return faulty
}
