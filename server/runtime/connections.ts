/**
 * The connections of a server, bounded: how many there are, what their clients may send ahead, and
 * how long a reply may stay unread. Where there are too many, the one goes that has kept the server
 * waiting the longest. So connections that are held open on purpose cost their own kind only.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { MonotonicClock } from './world.ts'

export interface ConnectionLimits {
  /** Connections at once. */
  maxConnections: number
  /**
   * Requests, over all connections, that wait behind another one of their connection (pipelining).
   */
  maxWaitingRequests: number
  /** How many of these begin in one turn of the event loop. */
  waitingPerTurn: number
  /** Bytes of bodies, over all connections, that were announced and have not arrived in full. */
  maxArrivingBytes: number
  /** What a body counts at most: no route reads more. */
  maxBodyBytes: number
  /** How long a client may take to read a reply. */
  replyTimeoutMs: number
  /** How often it looks for those. */
  checkEveryMs: number
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

interface Connection {
  readonly socket: Socket
  /** The request that is being answered. */
  current: Exchange | undefined
  /** Since when there is this request, or none. */
  sinceMs: number
  /** Since when its reply is known to be unread. */
  unreadSinceMs: number | undefined
  /** Requests that came meanwhile. */
  readonly waiting: Exchange[]
  arrivingBytes: number
}

export interface Connections {
  /** A listener of `connection`. */
  opened(socket: Socket): void
  /**
   * A listener of `request`. The requests of a connection are answered one after another: the next
   * one begins when the client has taken the reply to the last.
   */
  answer: RequestListener
  /** Cuts connections whose client leaves a reply unread for too long, until the signal aborts. */
  watch(signal: AbortSignal): Promise<void>
  /** Ends each connection after the requests that it has sent. */
  end(): void
}

export function createConnections(
  listener: RequestListener,
  limits: ConnectionLimits,
  { now, wait }: MonotonicClock,
): Connections {
  const open = new Map<Socket, Connection>()
  /** Connections whose next request waits for its turn. */
  const ready: Connection[] = []
  let waitingRequests = 0
  let arrivingBytes = 0
  let ending = false

  function begin(connection: Connection, exchange: Exchange): void {
    const { request, response } = exchange
    connection.current = exchange
    connection.sinceMs = now()
    // After the last byte of the reply has left for the client, or the connection broke.
    response.once('close', () => ended(connection))
    listener(request, response)
  }

  function ended(connection: Connection): void {
    const { socket, waiting } = connection
    connection.current = undefined
    connection.unreadSinceMs = undefined
    connection.sinceMs = now()
    if (socket.destroyed) return
    if (waiting.length > 0) beginLater(connection)
    else if (ending) socket.destroySoon()
  }

  /** Some in each turn of the event loop, so that other connections are served between them. */
  function beginLater(connection: Connection): void {
    ready.push(connection)
    if (ready.length === 1) setImmediate(beginWaiting)
  }

  function beginWaiting(): void {
    for (const connection of ready.splice(0, limits.waitingPerTurn)) {
      const { socket, waiting } = connection
      if (!open.has(socket)) continue
      const next = waiting.shift()!
      waitingRequests -= 1
      if (waiting.length === 0) socket.resume()
      begin(connection, next)
    }
    if (ready.length > 0) setImmediate(beginWaiting)
  }

  function hold(connection: Connection, exchange: Exchange): void {
    connection.waiting.push(exchange)
    waitingRequests += 1
    // What Node has read already comes none the less.
    connection.socket.pause()
    if (waitingRequests > limits.maxWaitingRequests) {
      cut(slowest((each) => each.waiting.length > 0) ?? connection)
    }
  }

  function expectBody(connection: Connection, request: IncomingMessage): void {
    const bytes = Math.min(announcedBytes(request), limits.maxBodyBytes)
    if (bytes === 0) return
    connection.arrivingBytes += bytes
    arrivingBytes += bytes
    request.once('close', () => {
      if (!open.has(connection.socket)) return
      connection.arrivingBytes -= bytes
      arrivingBytes -= bytes
    })
    while (arrivingBytes > limits.maxArrivingBytes) {
      cut(slowest((each) => each.arrivingBytes > 0) ?? connection)
    }
  }

  function slowest(among: (connection: Connection) => boolean): Connection | undefined {
    let found: Connection | undefined
    for (const connection of open.values()) {
      if (!awaitsClient(connection) || !among(connection)) continue
      if (!found || connection.sinceMs < found.sinceMs) found = connection
    }
    return found
  }

  function cutUnread(): void {
    const nowMs = now()
    for (const connection of open.values()) {
      if (!connection.current?.response.writableEnded) continue
      connection.unreadSinceMs ??= nowMs
      if (nowMs - connection.unreadSinceMs >= limits.replyTimeoutMs) cut(connection)
    }
  }

  function forget(connection: Connection): void {
    if (!open.delete(connection.socket)) return
    waitingRequests -= connection.waiting.length
    arrivingBytes -= connection.arrivingBytes
  }

  function cut(connection: Connection): void {
    forget(connection)
    connection.socket.destroy()
  }

  return {
    opened(socket) {
      const connection: Connection = {
        socket,
        current: undefined,
        sinceMs: now(),
        unreadSinceMs: undefined,
        waiting: [],
        arrivingBytes: 0,
      }
      open.set(socket, connection)
      socket.once('close', () => forget(connection))
      // Node reads on when the body of a request is read to its end.
      socket.on('resume', () => {
        if (connection.waiting.length > 0) socket.pause()
      })
      if (open.size > limits.maxConnections) cut(slowest(() => true)!)
    },
    answer(request, response) {
      const connection = open.get(request.socket)
      if (connection) expectBody(connection, request)
      // Node parses all that it has read of a connection, although it was cut meanwhile.
      if (!connection || connection.socket.destroyed) return
      const exchange = { request, response }
      if (connection.current || connection.waiting.length > 0) hold(connection, exchange)
      else begin(connection, exchange)
    },
    async watch(signal) {
      while (!signal.aborted) {
        await wait(limits.checkEveryMs, signal)
        cutUnread()
      }
    },
    end() {
      ending = true
      for (const connection of open.values()) {
        if (connection.socket.bytesRead === 0) cut(connection)
      }
    },
  }
}

/** Whether the server waits for the client: for a request, for its body, or to take the reply. */
const awaitsClient = ({ current }: Connection): boolean =>
  !current || !current.request.complete || current.response.writableEnded

/** A body in chunks announces no length. */
function announcedBytes({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Infinity
  return Number(headers['content-length'] ?? 0)
}
