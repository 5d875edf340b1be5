/** A phone with two copies of the library on one storage: the app's, and one that a plugin brought along. */
import { createReach } from '../../../miniprogram/client'
import type { DroppedEvent, Reach } from '../../../miniprogram/client'
import type { EnterOptions, Platform } from '../../../miniprogram/client/platform'
import type { EventsReply, ReachEvent } from '../../../shared/wire/index'
import { createPhone } from '../../support/phone'
import type { Life, Phone, PhoneReply } from '../../support/phone'
import { play } from './fault'
import type { Behind, Fault } from './fault'
import { createMortalLife } from './mortal'
import type { MortalLife } from './mortal'

export interface Living {
  life: Life
  mortal: MortalLife
  copies: [Reach, Reach]
}

export interface PhoneUnderFire {
  phone: Phone
  /** What goes wrong with the requests to come, one after the other; then nothing does. */
  faults: Fault[]
  /** What `onDrop` said, in all lives. */
  dropped: DroppedEvent[]
  /** The present life; where it has ended, the next one begins. */
  living(): Living
  /** The present life, ended or not. */
  last(): Living
  /** What the library has in storage, read as it reads: what is whole of something damaged is there too. */
  stored(): ReachEvent[]
}

const isId = (id: unknown) => typeof id === 'string' && /^[\w-]{8,64}$/.test(id)
const eventsOf = (value: unknown): ReachEvent[] =>
  Array.isArray(value) ? value.filter((event) => event && isId(event.id)) : []

/** As the real one: it names no event whose id is none. */
function withoutBadIds(reply: PhoneReply): PhoneReply {
  const { results } = reply.body as Partial<EventsReply>
  const named = (results || []).map((one) => ({ ...one, id: isId(one.id) ? one.id : null }))
  return results ? { ...reply, body: { results: named } } : reply
}

export function createPhoneUnderFire(): PhoneUnderFire {
  const phone = createPhone()
  const { clock, network, server, storage } = phone
  let living: Living | undefined

  const fire: PhoneUnderFire = {
    phone,
    faults: [],
    dropped: [],
    living() {
      if (!living || living.mortal.dead) living = begin()
      return living
    },
    last: () => living!,
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
  const behind: Behind = {
    reply: (request) => withoutBadIds(server.reply(request)),
    forgetTokens: server.forgetTokens,
    after: clock.after,
  }
  network.reply = (request) => {
    const fault = fire.faults.shift()
    return fault ? play(fault, request, behind) : behind.reply(request)
  }

  function begin(): Living {
    const launch: EnterOptions = { path: 'pages/home', query: {}, scene: 1001 }
    const life = phone.start(launch)
    const mortal = createMortalLife(life, storage)
    const onDrop = (drop: DroppedEvent) => void (mortal.dead || fire.dropped.push(drop))
    const copy = (platform: Platform) =>
      createReach(
        { baseUrl: 'https://reach.test', consent: 'granted', platform, onDrop },
        mortal.world,
      )
    const { onAppShow: _show, onAppHide: _hide, ...ofPlugin } = mortal.platform
    const copies: Living['copies'] = [copy(mortal.platform), copy(ofPlugin)]
    const begun = { life, mortal, copies }
    life.App(copies[0].app({}))
    return begun
  }

  return fire
}
