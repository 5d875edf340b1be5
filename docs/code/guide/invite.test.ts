import { expect, it, jest } from '@jest/globals'
import { createPhone, type Life } from 'wx-reach/testing'

const createMyPhone = () =>
  createPhone({
    // What your backend replies; all other hosts are the phone's own wx-reach server.
    hosts: { 'app.example.com': () => ({ status: 200, body: { reachToken: 'my-token' } }) },
    // What your `session` answers, the phone's server must take.
    ownTokens: ['my-token'],
  })

/** Starts the files of your mini-program in this life of the phone. */
function launch(life: Life): void {
  // In a real launch, too, every module is new.
  jest.resetModules()
  life.defineGlobals()
  require('./app')
  life.load('pages/index/index', () => require('./page'))
  life.load('pages/welcome/welcome', () => require('./arrival'))
}

it('brings a form to the server that was submitted offline, before a kill', async () => {
  const phone = createMyPhone()
  const life = phone.start()
  launch(life)
  life.setOnline(false)
  const page = life.open('/pages/index/index')
  page.submit({ detail: { formId: 'a-form-id', value: { name: '小明' } } })
  expect(page.data.name).toBe('小明')
  await phone.clock.advance(60_000)
  life.kill()

  phone.network.online = true
  launch(phone.start())
  await phone.clock.settle()
  expect(phone.server.events).toMatchObject([{ type: 'form.submitted' }])
})

it('greets whoever opens the card', async () => {
  const phone = createMyPhone()
  const life = phone.start()
  launch(life)
  life.open('/pages/index/index')
  const card = (await life.tapShare())!
  expect(card.title).toBe('我邀请你')
  life.kill()

  const friend = phone.openCard(card, { group: '家人群' })
  launch(friend)
  const welcome = friend.open('/pages/welcome/welcome')
  await phone.clock.settle()
  expect(welcome.data.invited).toBe(true)
})
