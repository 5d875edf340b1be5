/**
 * Instructions of the process for one message, and for ten events, without a store, compared with
 * those of a plain app that gives the same replies. Valgrind counts them, so the figures do not
 * depend on what else the machine does. Requests and replies pass through Node's HTTP server, and
 * not through the kernel.
 *
 *   npm run bench -- instructions [--quick]
 *
 * A quick run only sees that both sides answer: under valgrind, loading the server alone takes half
 * a minute.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { duplexPair, type Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createApp } from '../server/http/app.ts'
import { routes } from '../server/http/routes/routes.ts'
import { quick, table } from './compare.ts'
import { createNoStore } from './no-store.ts'
import { createPlainApp } from './plain-app.ts'
import { apiKey, benchServices } from './server.ts'

const kinds = ['ten events', 'one message'] as const
type Kind = (typeof kinds)[number]
const sides = ['ours', 'plain Koa'] as const
type SideName = (typeof sides)[number]

async function answer(of: Kind, by: SideName, requests: number): Promise<void> {
  const app = by === 'ours' ? createApp(routes, benchServices(createNoStore())) : createPlainApp()
  const connection = connect(app.callback())
  for (let n = 0; n < requests; n += 1) await send(connection, requestOf(of, n))
  connection.destroy()
}

/** @returns the client's end of a connection that stays open */
function connect(listener: RequestListener): Duplex {
  const [client, served] = duplexPair()
  createServer({ keepAliveTimeout: 0 }, listener).emit('connection', served)
  return client
}

/** @throws when the reply is not 2xx */
async function send(connection: Duplex, request: string): Promise<void> {
  connection.write(request)
  for (let reply = ''; ;) {
    const [chunk] = (await once(connection, 'data')) as [Buffer]
    reply += chunk.toString('latin1')
    const head = reply.indexOf('\r\n\r\n')
    if (head < 0) continue
    const length = /\r\ncontent-length: (\d+)\r\n/i.exec(reply)?.[1]
    if (!reply.startsWith('HTTP/1.1 2') || length === undefined) throw new Error(reply)
    if (reply.length === head + 4 + Number(length)) return
  }
}

function requestOf(of: Kind, n: number): string {
  if (of === 'one message') {
    const headers = { authorization: `Bearer ${apiKey}`, 'idempotency-key': `key-${n}` }
    return post('/v1/messages', headers, messageOf(n))
  }
  const ids = Array.from({ length: 10 }, (_, k) => `run-${n}-${k}`)
  return post('/v1/events', { authorization: `Bearer user-${n % 1_000}` }, eventsOf(ids))
}

const messageOf = (n: number) => ({
  channel: 'template',
  openId: `user-${n % 1_000}`,
  templateId: 'T',
  page: 'pages/index/index',
  data: { keyword1: { value: '339208499' }, keyword2: { value: '2015-01-05 12:30' } },
})

function eventsOf(ids: readonly string[]) {
  const at = Date.now()
  const one = { type: 'form.submitted', at, page: 'pages/form/form' }
  return { sentAt: at, events: ids.map((id) => ({ id, ...one, formId: `form-${id}` })) }
}

function post(path: string, headers: Record<string, string>, body: object): string {
  const text = JSON.stringify(body)
  const all = {
    host: 'localhost',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`
}

/** @returns how many instructions the process ran, with starting and compiling */
async function instructions(of: Kind, by: SideName, requests: number): Promise<number> {
  const options = ['--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null']
  // Node.js changes its compiled code, which valgrind has to look for.
  const changing = '--smc-check=all-non-file'
  // Each run is to compile the same at the same moments.
  const node = [process.execPath, '--single-threaded', '--hash-seed=1', '--random-seed=1']
  const self = [fileURLToPath(import.meta.url), of, by, String(requests)]
  const counted = await promisify(execFile)('valgrind', [...options, changing, ...node, ...self])
  const count = /I +refs: +([\d,]+)/.exec(counted.stderr)?.[1]
  if (count === undefined) throw new Error(counted.stderr)
  return Number(count.replaceAll(',', ''))
}

/** Enough that the compiler of Node.js is done when the first of them are answered. */
const [few, many] = [2_000, 4_000]

async function perRequest(of: Kind, by: SideName): Promise<number> {
  const counts = [many, few].map((requests) => instructions(of, by, requests))
  const [more, fewer] = await Promise.all(counts)
  return (more! - fewer!) / (many - few)
}

const [, , kind, side, count] = process.argv
// The process that valgrind follows.
if (count !== undefined) await answer(kind as Kind, side as SideName, Number(count))
else if (quick) for (const of of kinds) for (const by of sides) await answer(of, by, 100)
else
  for (const of of kinds) {
    const [ours, plain] = await Promise.all(sides.map((by) => perRequest(of, by)))
    table(
      [`instructions of ${of}`, ...sides, 'plain ÷ ours'],
      [['', ours!, plain!, plain! / ours!]],
    )
  }
