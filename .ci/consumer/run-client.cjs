// oxlint-disable no-console -- a command speaks on the console
// Requires every entry under Node beside a fake `wx`, and brings one formId to a server.
const assert = require('node:assert')

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
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
