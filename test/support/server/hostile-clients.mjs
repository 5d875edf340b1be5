/**
 * A thread whose sockets send something and read nothing. Told an attack, it opens the sockets and
 * reports `begun`; told `leave`, it destroys them and reports `left`.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

let open = []

const actions = {
  nothing() {},
  end: (socket) => socket.end(),
  reset: (socket) => socket.resetAndDestroy(),
  trickle(socket) {
    const sending = setInterval(() => socket.write('a'), 1_000)
    socket.once('close', () => clearInterval(sending))
  },
}

async function openOne({ bytes, afterwards }) {
  const socket = connect(workerData.port, '127.0.0.1').pause()
  open.push(socket)
  socket.on('error', () => {})
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  if (bytes !== '') socket.write(bytes)
  actions[afterwards](socket)
}

parentPort.on('message', async (attack) => {
  if (attack === 'leave') {
    for (const socket of open) socket.destroy()
    open = []
    return parentPort.postMessage('left')
  }
  // Not all at once: that would measure how many requests the server answers in a second.
  while (open.length < attack.sockets) {
    const count = Math.min(20, attack.sockets - open.length)
    await Promise.all(Array.from({ length: count }, () => openOne(attack)))
  }
  parentPort.postMessage('begun')
})
