// oxlint-disable no-console -- a command speaks on the console
// Opens built pages on the phone of `wx-reach/testing`, submits their form, and taps 转发.
//
//   node open-pages.cjs <folder of the build> <folder of its sources>
const assert = require('node:assert')
const { existsSync, readdirSync, readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { join, resolve } = require('node:path')

const [built, sources] = process.argv.slice(2).map((folder) => resolve(folder))
const { createPhone } = createRequire(`${sources}/`)('wx-reach/testing')

/** What frameworks read of the phone when they start. */
const system = { SDKVersion: '3.8.0', platform: 'ios', system: 'iOS 17', language: 'zh_CN' }
const nothing = () => {}
const readers = ['getSystemInfoSync', 'getAppBaseInfo', 'getDeviceInfo', 'getWindowInfo']
const wx = {
  ...Object.fromEntries(readers.map((name) => [name, () => system])),
  canIUse: () => true,
  nextTick: queueMicrotask,
  onError: nothing,
  onUnhandledRejection: nothing,
}

/** Methods of an instance that the phone of the tests lacks, and frameworks look for. */
const methods = {
  triggerEvent: nothing,
  selectComponent: () => null,
  selectAllComponents: () => [],
  createSelectorQuery: nothing,
  createIntersectionObserver: nothing,
  getPageId: () => '1',
}

const phone = createPhone({ wx })
const life = phone.start()
life.defineGlobals()
const { Component } = globalThis
globalThis.Component = (options) =>
  Component({ ...options, methods: { ...methods, ...options.methods } })

function open(route) {
  life.load(route, () => require(join(built, `${route}.js`)))
  return life.open(`/${route}`)
}

const routesIn = (folder) =>
  readdirSync(join(sources, folder))
    .filter((name) => existsSync(join(built, folder, name.replace(/\.\w+$/, '.wxml'))))
    .map((name) => `${folder}/${name.replace(/\.\w+$/, '')}`)

async function main() {
  require(join(built, 'app.js'))
  const recipes = routesIn('frameworks')
  assert.ok(recipes.length > 1, `${recipes}`)
  for (const route of recipes) {
    const page = open(route)
    const wxml = readFileSync(join(built, `${route}.wxml`), 'utf8')
    const [, field, method = page.data[field]] = /bindsubmit="(?:{{(\w+)}}|(\w+))"/.exec(wxml)
    const detail = { formId: 'a-form-id', value: { item: 'coffee' } }
    page[method]({ type: 'submit', detail, target: {}, currentTarget: {} })
    const card = await life.tapShare(page)
    assert.match(card.path, /^\/pages\/item\/item\?item=coffee&_wxr=\w{16}$/, route)
    assert.equal(card.title, 'Come in')
    if (page.onShareTimeline) {
      assert.match(page.onShareTimeline().query, /^item=coffee&_wxr=\w{16}$/, route)
    }
    await phone.clock.settle()
    const types = phone.server.events.splice(0).map(({ type }) => type)
    assert.deepEqual(types.slice(0, 2), ['form.submitted', 'share.started'], route)
    console.log(`${route}: ${card.path}`)
  }
  // What the recipes warn of: otherwise their way would be longer than it must be.
  for (const route of routesIn('unshared')) {
    assert.equal(open(route).onShareAppMessage, undefined, route)
    console.log(`${route}: no 转发`)
  }
}
main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
