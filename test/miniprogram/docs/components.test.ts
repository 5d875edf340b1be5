import { describe, expect, it } from '@jest/globals'
import * as simulate from 'miniprogram-simulate'
import type { ShareContent } from '../../../miniprogram/client'
import { createReader } from './run'

interface Rendered {
  data: Record<string, unknown>
  setData(changes: object): void
  onShareAppMessage(event?: object): ShareContent
  [method: string]: unknown
}

/** Of jsdom. The phone's types include none of a browser's. */
declare const document: { body: never }

/** Of miniprogram-simulate; the fake phone of the reader has its own. */
const simulated = { Behavior }

/** Loads a recipe, and renders the component or the page that it registers. */
function render(file: string, template = '<view/>') {
  // The bindings of a store gather their changes until the next tick.
  const reader = createReader(undefined, { wx: { nextTick: queueMicrotask } })
  let id = ''
  const register = (options: object) => {
    id = simulate.load({ template, ...options } as never) as unknown as string
  }
  const registerPage = ({ behaviors, data, ...rest }: Record<string, unknown>) => {
    const isMethod = ([, value]: [string, unknown]) => typeof value === 'function'
    const entries = Object.entries(rest)
    register({
      behaviors,
      data,
      ...Object.fromEntries(entries.filter((entry) => !isMethod(entry))),
      methods: Object.fromEntries(entries.filter(isMethod)),
    })
  }
  Object.assign(globalThis, { ...simulated, Component: register, Page: registerPage })
  const loaded = reader.load(`components/${file}`)
  const show = () => {
    const rendered = simulate.render(id)
    rendered.attach(document.body)
    const { instance } = rendered as unknown as { instance: Rendered }
    return { instance, text: () => (rendered.dom as { textContent?: string }).textContent }
  }
  return { reader, register, loaded, show }
}

describe('the recipes of components', () => {
  it('a behavior shares for every page that has it', async () => {
    const { reader, register, loaded, show } = render('invites')
    register({ behaviors: [loaded['invites']] })
    const content = show().instance.onShareAppMessage({ from: 'menu' })
    expect(content).toMatchObject({
      title: '小明邀请你',
      path: expect.stringMatching(/^\/pages\/home\/home\?_wxr=\w{16}$/),
    })
    await reader.phone.clock.settle()
    expect(reader.phone.server.events.map(({ type }) => type)).toEqual(['share.started'])
  })

  it('miniprogram-computed: computed fields are rendered, watched, and shared', () => {
    const { instance, text } = render('basket', '<view>{{total}}</view>').show()
    expect(text()).toBe('24')
    instance.setData({ count: 10 })
    expect(instance.data).toMatchObject({ count: 9, total: 108 })
    expect(text()).toBe('108')
    expect(instance.onShareAppMessage()).toMatchObject({
      title: '¥108',
      path: expect.stringMatching(/^\/pages\/basket\/basket\?n=9&_wxr=\w{16}$/),
    })
  })

  it('mobx-miniprogram-bindings: what the store binds is rendered, and shared', async () => {
    const { instance, text } = render('votes', '<view>{{votes}}</view>').show()
    ;(instance['vote'] as () => void)()
    await Promise.resolve()
    expect(text()).toBe('1')
    expect(instance.onShareAppMessage()).toMatchObject({
      title: '1 votes so far',
      path: expect.stringMatching(/^\/pages\/votes\/votes\?_wxr=\w{16}$/),
    })
  })

  it('mobx-miniprogram-bindings in a page: the store is bound by its behavior', async () => {
    const { loaded, show } = render('votes-page', '<view>{{votes}}</view>')
    const { instance, text } = show()
    ;(loaded['store'] as { votes: number }).votes = 3
    await Promise.resolve()
    expect(text()).toBe('3')
    expect(instance.onShareAppMessage().path).toMatch(/^\/pages\/votes\/votes\?_wxr=\w{16}$/)
  })
})
