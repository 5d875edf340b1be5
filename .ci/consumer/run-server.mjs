// oxlint-disable no-console -- a command speaks on the console
// Starts the installed server on a port of its own, asks for its health, and ends it as an
// orchestrator does.
import assert from 'node:assert'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'

const port = '3910'
const url = `http://127.0.0.1:${port}`
const server = spawn(
  process.execPath,
  ['node_modules/wx-reach-server/dist/server/main.js', 'serve'],
  {
    env: {
      PATH: process.env.PATH,
      PORT: port,
      HOST: '127.0.0.1',
      DATABASE_URL: 'sqlite:consumer.db',
      WECHAT_APPID: 'wx0123456789abcdef',
      WECHAT_SECRET: randomBytes(16).toString('hex'),
      REACH_API_KEYS: randomBytes(24).toString('hex'),
      REACH_SECRET_KEY: randomBytes(32).toString('base64'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  },
)
let said = ''
for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (said += text))
const ended = once(server, 'exit')

async function health() {
  for (let tries = 0; tries < 100; tries += 1) {
    const reply = await fetch(`${url}/healthz`).catch(() => undefined)
    if (reply) return reply
    assert.strictEqual(server.exitCode, null, `the server ended:\n${said}`)
    await wait(200)
  }
  throw new Error(`no answer within 20 seconds:\n${said}`)
}

try {
  const reply = await health()
  assert.strictEqual(reply.status, 200)
  assert.deepStrictEqual(await reply.json(), { status: 'ok' })
} finally {
  server.kill('SIGTERM')
}
assert.deepStrictEqual(await ended, [0, null], said)
console.log('the server starts, answers /healthz and ends on SIGTERM')
