/** Launches from a share: noticed once, told to the server, and told to the pages that ask. */
import type { Group, ReachEvent, ShareOpened } from '../../shared/wire/index'
import type { World } from './context'
import type { Result } from './delivery'
import { createId, isId } from './event'
import type { Capture, EventFields } from './event'
import { expired } from './group-resolver'
import type { Quietly } from './notices'
import { shareParameter } from './path'
import type { EnterOptions, Platform } from './platform'
import { mark } from './wrap'

export interface Arrival {
  /** The share that was opened; absent where the card was sent by a page that is not wrapped. */
  shareId?: string
  /** The group it was opened in, for `<open-data type="groupName">`; from the server, which alone can decrypt it. */
  openGId?: string
  /** What the platform gave, or why there is no group; absent where nothing spoke of one. */
  group?: Group
}

export type ArrivalListener = (arrival: Arrival) => void

export interface Arrivals {
  /**
   * For onLaunch, onShow and wx.onAppShow alike: the same entry twice is one arrival. Without options, the entry that we are
   * in. `app`: where the platform does not give it yet. `adopted`: the share that the server knows for a scanned code.
   */
  enter(options?: EnterOptions, app?: object, adopted?: string): void
  /** The server has answered. */
  settled(event: ReachEvent, result: Result): void
  listen(listener: ArrivalListener): () => void
  /** The share that the present entry came from. */
  parent(): string | undefined
  /** Consent is taken back: nobody is told of what came before. */
  forget(): void
}

/** Single chat, app, history, out of single-page mode; then group card, with ticket, group tools. */
const cardScenes = [1007, 1036, 1096, 1155, 1008, 1044, 1158, 1160, 1185]
/** From here on getGroupEnterInfo may know a group although there is no ticket. */
const firstGroupScene = 4

/** The app carries the latest launch from a share that any copy of the library has seen, and the id of its event. */
type Marked = { [mark]?: [launch: string, id: string] }

/** @param entered - as far as the platform says it when it is asked; `{}` where it cannot be */
export function createArrivals(
  platform: Platform,
  world: World,
  capture: Capture,
  quietly: Quietly,
  entered: EnterOptions,
): Arrivals {
  let listeners: ArrivalListener[] = []
  let lastEntry: string | undefined
  let lastTicket: string | undefined
  let parent: string | undefined
  /** The latest arrival alone: a page must not show the group of an earlier launch. */
  let lastId: string | undefined
  /** Absent while the server is waited for. */
  let latest: Arrival | undefined

  function report({ shareId, group }: ShareOpened, openGId?: string): void {
    const arrival = { shareId, group, openGId } as Arrival
    latest = arrival
    listeners.forEach((listener) => listener(arrival))
  }

  return {
    enter(options = entered, app = world.app(), adopted?) {
      entered = options
      const { path, query, scene = 0, shareTicket: ticket } = options || {}
      const entry = path + JSON.stringify(query)
      // Not by scene: who comes back from another mini-program or the recent list brings another one and the old path.
      if (!adopted && entry === lastEntry && (!ticket || ticket === lastTicket)) return
      lastEntry = entry
      lastTicket = ticket || lastTicket
      const given = adopted || ((query || {}) as Record<string, unknown>)[shareParameter]
      parent = isId(given) ? given : undefined
      const card = cardScenes.indexOf(scene)
      if (!parent && !ticket && card < 0) return

      const asks = ticket || (platform.getGroupEnterInfo && card >= firstGroupScene)
      const launch = entry + adopted + (ticket || '')
      const [seen = '', id] = (app as Marked)[mark] || []
      // JSON leaves out what is undefined.
      const fields = {
        // Of all copies of the library that see a launch, so that the server counts it once. Who comes back later may bring
        // no ticket any more; and what has been our own stands for an earlier launch, however like it this one is.
        id: seen.indexOf(launch) || id === lastId ? createId(world) : id,
        type: 'share.opened',
        scene,
        page: (path || '').slice(0, 1024),
        shareId: parent,
        shareTicket: ticket,
        group: asks ? expired : undefined,
      } as EventFields
      const event = capture(fields) as ShareOpened | undefined
      latest = undefined
      if (!event) return
      lastId = event.id
      if (!asks) report(event)
      // At last: an app that cannot be written to costs nothing.
      ;(app as Marked)[mark] = [launch, lastId]
    },
    settled(event, { openGId }) {
      if (event.id === lastId && !latest) report(event as ShareOpened, openGId)
    },
    listen(listener) {
      const one: ArrivalListener = (arrival) => quietly(() => listener(arrival))
      listeners = listeners.concat(one)
      if (latest) one(latest)
      return () => {
        listeners = listeners.filter((other) => other !== one)
      }
    },
    parent: () => parent,
    forget() {
      parent = latest = lastId = undefined
    },
  }
}
