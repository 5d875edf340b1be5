// oxlint-disable no-console -- a command speaks on the console
// Requires every entry under Node beside a fake `wx`, brings one formId to a server, and shares by
// two copies at once.
const assert = require('node:assert')
const { cpSync, readFileSync } = require('node:fs')

const storage = new Map()
const requests = []
const reply = ({ url, data }) =>
  url.endsWith('/v1/session')
    ? { statusCode: 201, data: { token: 'token', expiresAt: '2030-01-01T00:00:00.000Z' } }
    : {
        statusCode: 200,
        data: { results: data.events.map(({ id }) => ({ id, status: 'accepted' })) },
      }

globalThis.wx = {
  request(options) {
    requests.push(options)
    setImmediate(() => options.success(reply(options)))
    return { abort() {} }
  },
  getStorageSync: (key) => storage.get(key) ?? '',
  setStorageSync: (key, value) => storage.set(key, structuredClone(value)),
  removeStorageSync: (key) => storage.delete(key),
  getStorageInfoSync: () => ({ keys: [...storage.keys()] }),
  login: (options) => setImmediate(() => options.success({ code: 'code' })),
  getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0123456789abcdef' } }),
}

async function main() {
  for (const name of require('./entries.json')) {
    assert(Object.keys(require(name)).length > 0, `${name} exports nothing`)
  }
  const { createReach } = require('wx-reach')
  const reach = createReach({ baseUrl: 'https://reach.test', consent: 'granted' })
  reach.formSubmit()({ detail: { formId: 'a-form-id', value: {} } })
  await reach.flush()
  assert.strictEqual(reach.inspect().acknowledged, 1)
  assert.strictEqual(requests.at(-1).data.events[0].formId, 'a-form-id')
  console.log(`${require('./entries.json').length} entries load, and a formId is acknowledged`)

  // The address in a notice is a page of the installed package.
  const said = []
  console.warn = (line) => said.push(line)
  reach.formSubmit()({ detail: { value: {} } })
  const [, page, anchor] = /^wx-reach: (\S+)#(\w+)/.exec(said[0])
  assert.match(
    readFileSync(`node_modules/wx-reach/${page}`, 'utf8'),
    new RegExp(`^## ${anchor}$`, 'm'),
  )
  console.log(`${page} is there, and explains ${anchor}`)

  // As a plugin or a second dependency has it: the same files, loaded again from another folder.
  cpSync('node_modules/wx-reach', 'copy', { recursive: true })
  const copy = require('./copy')
  assert.notStrictEqual(copy.createReach, createReach)
  const other = copy.createReach({ baseUrl: 'https://reach.test', consent: 'granted' })
  const { path } = other.share(reach.share(() => ({ path: '/a' })))({ from: 'menu' })
  assert.match(path, /^\/a\?_wxr=[\w-]{16}$/)
  await Promise.all([reach.flush(), other.flush()])
  const events = requests.flatMap(({ data }) => data.events || [])
  // Both copies may send it, under one id.
  const shares = events.filter(({ type }) => type === 'share.started')
  assert.strictEqual(new Set(shares.map(({ id }) => id)).size, 1)
  assert.strictEqual(shares[0].shareId, path.split('=')[1])
  assert.strictEqual(reach.inspect().queued.length, 0)
  console.log('two copies make one share')
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
