/** The demo, with the sandbox platform, on the testing phone: nothing of it is replaced. */
import { join } from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import { config } from '../../../miniprogram/config'
import { createPhone, type Life, type PhoneRequest } from '../../../miniprogram/client/testing'

const root = join(__dirname, '../../../miniprogram')

/** The demo's pages, in a new launch. */
function launch(life: Life): void {
  jest.resetModules()
  life.defineGlobals()
  require(join(root, 'app'))
  for (const route of ['pages/index/index', 'pages/form/form']) {
    life.load(route, () => require(join(root, route)))
  }
}

describe('the demo', () => {
  it('submits a form, shares, and knows the group in which the card is opened', async () => {
    const sandbox = ({ path, body }: PhoneRequest) => ({
      status: 200,
      body: {
        openId: 'alice',
        code: 'a-code',
        formId: 'real1',
        ...(path === '/sandbox/share-info' ? phone.groups.encrypt(body.group) : {}),
      },
    })
    const phone = createPhone({ hosts: { [config.sandbox.replace('http://', '')]: sandbox } })
    const life = phone.start()
    launch(life)
    life.open('/pages/index/index')
    const card = (await life.tapShare())!
    const form = life.open('/pages/form/form')
    form.submit({ detail: { formId: 'the formId is a mock one', value: {} } })
    // The page looks at the queue once a second.
    await phone.clock.advance(1000)
    expect(form.data).toMatchObject({ submitted: 1, waiting: 0, acknowledged: 2 })
    life.kill()

    const friend = phone.openCard(card)
    launch(friend)
    const page = friend.open()
    await phone.clock.settle()
    const shareId = card.path.slice(-16)
    expect(page.data).toMatchObject({ shareId, openGId: 'G-sandbox', noGroup: '' })
    expect(friend.warnings).toEqual([])
  })
})
