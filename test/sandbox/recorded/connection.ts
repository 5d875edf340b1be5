/** A connection that sends bytes as they are. Bytes are strings of latin1. */
import { connect } from 'node:net'

export interface ReceivedReply {
  status: string
  /** As they came, `Name: value`. */
  fields: string[]
  body: string
}

export interface Connection {
  /** Sends a request and waits for the whole reply. The connection is kept for the next. */
  exchange(request: Buffer): Promise<ReceivedReply>
  close(): void
}

export function openConnection(url: string): Connection {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        let received = ''
        const read = (part: Buffer) => {
          received += part.toString('latin1')
          const reply = readReply(received)
          if (!reply) return
          socket.off('data', read).off('close', fail)
          resolve(reply)
        }
        const fail = () => reject(new Error(`The connection closed after: ${received}`))
        socket.on('data', read).once('close', fail).write(request)
      }),
    close: () => socket.destroy(),
  }
}

/** `undefined`: it is not whole yet. */
function readReply(received: string): ReceivedReply | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [status = '', ...fields] = received.slice(0, end).split('\r\n')
  const length = fields.find((field) => /^content-length:/i.test(field))?.split(':')[1]
  const body = received.slice(end + 4)
  return body.length < Number(length) ? undefined : { status, fields, body }
}
