/**
 * Launches from a share: captured once, sent to the server, and reported to the pages that listen.
 */
import type { Group, ReachEvent, ShareOpened } from '../../shared/wire/index'
import type { Context } from './context'
import { createId, isId, type EventFields, type UncheckedResult } from './event'
import { ticketExpired } from './group-resolver'
import { markParameter, shareParameter } from './path'
import type { EnterOptions } from './platform'
import { mark } from './wrap'

export interface Arrival {
  /**
   * The share that was opened, or the mark of the broadcast whose notice was. Absent where the
   * card came from a page that is not wrapped.
   */
  shareId?: string
  /**
   * The group it was opened in, for `<open-data type="groupName">`. Only the server can decrypt it.
   */
  openGId?: string
  /**
   * The platform's encrypted group, or why there is none; absent where nothing hints at a group.
   */
  group?: Group
}

export type ArrivalListener = (arrival: Arrival) => void

export interface Arrivals {
  /**
   * For onLaunch, onShow and wx.onAppShow alike: the same entry twice is one arrival.
   *
   * @param options - default: the present entry
   * @param app - where the platform does not give it yet
   * @param scannedShareId - the share that the server knows for a scanned code
   */
  enter(options?: EnterOptions, app?: object, scannedShareId?: string): void
  /** The server has acknowledged or rejected the event. */
  onResult(event: ReachEvent, result: UncheckedResult): void
  listen(listener: ArrivalListener): () => void
  /** The share that the present entry came from. */
  parent(): string | undefined
  /** Consent is taken back: earlier arrivals are not reported any more. */
  forget(): void
}

/**
 * Scenes of a card. Single chat, app, history, out of single-page mode; then group card, with
 * ticket, group tools.
 */
const cardScenes = [1007, 1036, 1096, 1155, 1008, 1044, 1158, 1160, 1185]
/** From here on getGroupEnterInfo may know a group although there is no ticket. */
const firstGroupScene = 4

/** On the app: the latest launch from a share that any copy has seen, and its event's id. */
type Marked = { [mark]?: [launch: string, id: string] }

/** @param entry - the present one, as the platform gives it; `{}` where the platform cannot */
export function createArrivals(context: Context, entry: EnterOptions): Arrivals {
  let listeners: ArrivalListener[] = []
  let lastPath: string | undefined
  let lastTicket: string | undefined
  let parent: string | undefined
  /** The latest arrival alone: a page must not show the group of an earlier launch. */
  let lastId: string | undefined
  /** Absent while the server's reply is awaited. */
  let latest: Arrival | undefined

  function report({ shareId, group }: ShareOpened, openGId?: string): void {
    const arrival = { shareId, group, openGId } as Arrival
    latest = arrival
    listeners.forEach((listener) => listener(arrival))
  }

  return {
    enter(options = entry, app = context.world.app(), scannedShareId?) {
      entry = options
      const { path, query, scene = 0, shareTicket: ticket } = options || {}
      const fullPath = path + JSON.stringify(query)
      // Not by scene: a user who comes back from another mini-program or the recent list brings
      // another scene and the old path.
      if (!scannedShareId && fullPath === lastPath && (!ticket || ticket === lastTicket)) return
      lastPath = fullPath
      lastTicket = ticket || lastTicket
      const marks = (query || {}) as Record<string, unknown>
      const given = scannedShareId || marks[shareParameter] || marks[markParameter]
      parent = isId(given) ? given : undefined
      const card = cardScenes.indexOf(scene)
      if (!parent && !ticket && card < 0) return

      const hasGroup = ticket || (context.wx.getGroupEnterInfo && card >= firstGroupScene)
      const launch = fullPath + scannedShareId + (ticket || '')
      const [seen = '', id] = (app as Marked)[mark] || []
      // JSON leaves out what is undefined.
      const fields = {
        // One id for all copies of the library that see a launch, so that the server counts it
        // once. A later copy may get no ticket any more; and an id of this copy's own belongs to an
        // earlier launch, however similar the two are.
        id: seen.indexOf(launch) || id === lastId ? createId(context.world) : id,
        type: 'share.opened',
        scene,
        page: (path || '').slice(0, 1024),
        shareId: parent,
        shareTicket: ticket,
        group: hasGroup ? ticketExpired : undefined,
      } as EventFields
      const event = context.capture(fields) as ShareOpened | undefined
      latest = undefined
      if (!event) return
      lastId = event.id
      if (!hasGroup) report(event)
      // The last statement: where the app cannot be written to, nothing else is lost.
      ;(app as Marked)[mark] = [launch, lastId]
    },
    onResult(event, { openGId }) {
      if (event.id === lastId && !latest) report(event as ShareOpened, openGId)
    },
    listen(listener) {
      const guarded: ArrivalListener = (arrival) => context.guard(() => listener(arrival))
      listeners = listeners.concat(guarded)
      if (latest) guarded(latest)
      return () => {
        listeners = listeners.filter((other) => other !== guarded)
      }
    },
    parent: () => parent,
    forget() {
      parent = latest = lastId = undefined
    },
  }
}
