import { describe, expect, it } from '@jest/globals'
import { createReader } from './run'
import type * as Mpx from '../../../docs/code/frameworks/mpx'
import type * as Setup from '../../../docs/code/frameworks/uni-app-setup'
import type * as UniApp from '../../../docs/code/frameworks/uni-app'

const tap = { from: 'menu', target: undefined } as const
const submitted = { detail: { formId: 'a-form-id', value: { item: 'coffee' } } }

describe('the recipes of frameworks', () => {
  it('uni-app: handlers keep the component as `this` [case 9]', async () => {
    const reader = createReader()
    const { page } = reader.load('frameworks/uni-app') as unknown as typeof UniApp
    const component = { ...page.data() }
    page.methods.submit.call(component, submitted)
    const content = page.onShareAppMessage.call(component, tap)
    expect(content.path).toMatch(/^\/pages\/item\/item\?item=coffee&_wxr=\w{16}$/)
    await reader.phone.clock.settle()
    expect(reader.phone.server.events).toHaveLength(2)
  })

  it('uni-app with setup: the hook is given a wrapped handler', () => {
    const { createUseShare } = createReader().load('frameworks/uni-app-setup') as typeof Setup
    let given: () => { path?: string } = () => ({})
    createUseShare((handler) => (given = handler))(() => ({ path: '/pages/a' }))
    expect(given().path).toMatch(/^\/pages\/a\?_wxr=\w{16}$/)
  })

  it('Mpx: options made of these stay wrapped', async () => {
    const reader = createReader()
    const { page } = reader.load('frameworks/mpx') as unknown as typeof Mpx
    // As Mpx does: methods and data end on one proxied instance.
    const instance = { ...page, item: page.data.item }
    instance.submit(submitted)
    expect(instance.onShareAppMessage(tap).path).toMatch(/\?item=coffee&_wxr=\w{16}$/)
    await reader.phone.clock.settle()
    expect(reader.phone.server.events).toHaveLength(2)
  })
})
