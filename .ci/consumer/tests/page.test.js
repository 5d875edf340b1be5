// A mini-program's own test by node:test, with CommonJS modules and the installed package.
const assert = require('node:assert/strict')
const { test } = require('node:test')
const { createPhone } = require('wx-reach/testing')

function launch(life) {
  for (const name of Object.keys(require.cache)) delete require.cache[name]
  const restore = life.defineGlobals()
  require('./app')
  life.load('pages/a/a', () => require('./page'))
  return restore
}

test('a friend opens the card in a group', async () => {
  const hosts = { 'app.example.com': () => ({ status: 200, body: { name: '小明' } }) }
  const phone = createPhone({ hosts })
  const life = phone.start()
  launch(life)
  life.open('/pages/a/a?id=7')
  await phone.clock.settle()
  const card = await life.tapShare()
  assert.match(card.path, /^\/pages\/a\/a\?id=7&_wxr=\w{16}$/)
  assert.equal(card.title, '小明邀请你')
  await phone.clock.settle()
  life.kill()

  const friend = phone.openCard(card, { group: '家人群' })
  const restore = launch(friend)
  const page = friend.open()
  await phone.clock.settle()
  assert.equal(page.data.openGId, 'G-家人群')
  assert.deepEqual(
    phone.server.events.map(({ type }) => type),
    ['share.started', 'share.opened'],
  )
  assert.deepEqual(friend.warnings, [])
  restore()
  assert.equal(typeof wx, 'undefined')
})
