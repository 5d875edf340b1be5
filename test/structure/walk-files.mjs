/**
 * Prints the source files that one sign-in, one event, one push and one send run through. A file
 * counts when one of its functions is called meanwhile; its import alone does not count. The server
 * stores in memory. The sandbox is its platform, and the sandbox's files do not count. Nor do the
 * bounds of connections and of calls, which pass each on unread. The send is the first of its
 * process: it fetches the access token as well.
 *
 *   npm run walk:files
 *   npm run walk:files -- --json
 */
import { Session } from 'node:inspector/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const dist = join(dirname(fileURLToPath(import.meta.url)), '../../dist')
const built = (file) => import(pathToFileURL(join(dist, 'server', file)).href)
const [{ createReachServer }, { listen }, { listenSandbox }] = await Promise.all(
  ['reach-server.js', 'runtime/listen.js', 'sandbox/listen.js'].map(built),
)

const app = { appId: 'wx0123456789abcdef', secret: 'the-secret', edition: '2018' }
const pushToken = 'push-token-of-the-app'
const key = 'the-key'
const openId = 'alice-0001'
const templateId = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

const sandbox = await listenSandbox({ apps: [app] })
const reach = createReachServer(
  {
    apps: [{ ...app, pushToken, pushMode: 'plain' }],
    apiBase: sandbox.url,
    apiKeys: [{ key, scopes: ['send', 'read'] }],
    secretKeys: [Buffer.alloc(32, 1)],
    database: { engine: 'sqlite', path: ':memory:' },
    trustedProxies: 0,
  },
  { log: false },
)
const server = await listen(reach.createApp().callback(), {
  port: 0,
  host: '127.0.0.1',
  // No look at all connections falls into a walk.
  connectionLimits: { checkEveryMs: 3_600_000 },
})
const inspector = new Session()
inspector.connect()

async function post(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.json()
}
const control = (name, body = { openId }) => post(`${sandbox.url}/sandbox/${name}`, body)

const uncounted = /^server\/(sandbox\/|(runtime\/connections|wechat\/call-bounds)\.ts$)/

/** The files of which `act` calls a function. */
async function filesOf(act) {
  await inspector.post('Profiler.takePreciseCoverage')
  await act()
  const { result } = await inspector.post('Profiler.takePreciseCoverage')
  return result
    .filter(({ url, functions }) => url.startsWith('file:') && functions.some(wasCalled))
    .map(({ url }) => relative(dist, fileURLToPath(url)).replace(/\.js$/, '.ts'))
    .filter((file) => /^(server|shared)\//.test(file) && !uncounted.test(file))
    .sort()
}
/** The function without a name that begins the file is its import. */
const wasCalled = ({ functionName, ranges: [whole] }) =>
  whole.count > 0 && !(functionName === '' && whole.startOffset === 0)

const print = (text) => process.stdout.write(`${text}\n`)

async function walk() {
  await control('users')
  const url = `${server.url}/v1/push/${app.appId}`
  const pushed = { appId: app.appId, url, token: pushToken, mode: 'plain', format: 'json' }
  await control('push-config', pushed)
  const { code } = await control('login-codes')
  const { formId } = await control('form-ids')
  const sentAt = Date.now()
  const event = { id: 'event-0001', type: 'form.submitted', at: sentAt, formId, page: 'pages/a' }
  const message = { channel: 'template', openId, templateId, data: { keyword1: { value: 'hi' } } }
  const bearer = (token) => ({ authorization: `Bearer ${token}` })

  await inspector.post('Profiler.enable')
  await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  let token
  return {
    'sign-in': await filesOf(async () => {
      ;({ token } = await post(`${server.url}/v1/session`, { appId: app.appId, code }))
    }),
    event: await filesOf(async () => {
      const body = { sentAt, events: [event] }
      const { results } = await post(`${server.url}/v1/events`, body, bearer(token))
      if (results[0].status !== 'accepted') throw new Error(JSON.stringify(results))
    }),
    push: await filesOf(() => control('pushes', { openId, msgtype: 'text', content: 'hi' })),
    send: await filesOf(async () => {
      const headers = { ...bearer(key), 'idempotency-key': 'key-1' }
      const reply = await post(`${server.url}/v1/messages`, message, headers)
      if (reply.state !== 'sent') throw new Error(`Not sent: ${JSON.stringify(reply)}`)
    }),
  }
}

let walks
try {
  walks = await walk()
} finally {
  inspector.disconnect()
  await server.close(0)
  await sandbox.close()
  await reach.close()
}
const together = new Set([...walks['sign-in'], ...walks.event, ...walks.send])
if (process.argv.includes('--json')) {
  print(JSON.stringify({ ...walks, together: [...together].sort() }))
} else {
  for (const [name, files] of Object.entries(walks)) {
    print(`${name}: ${files.length} files\n${files.map((file) => `  ${file}`).join('\n')}\n`)
  }
  print(`sign-in, event and send together: ${together.size} files`)
}
