/** Pages of the testing phone. */
import { describe, expect, it } from '@jest/globals'
import { createPhone } from '../../../miniprogram/client/testing'
import { createRecord } from './record'

const lifecycle = ['onLoad', 'onShow', 'onReady', 'onHide', 'onUnload']

describe('a page', () => {
  it('has setData, by names and by paths, whose callback is called', () => {
    const life = createPhone().start()
    const page = life.open({ data: { n: 0, list: [{ done: false }] } })
    const seen: unknown[] = []
    const changes = { n: 1, 'list[0].done': true, 'list[1].done': false, 'made.on.the.way': 'x' }
    page.setData(changes, () => seen.push('set'))
    expect(page.data).toEqual({
      n: 1,
      list: [{ done: true }, { done: false }],
      made: { on: { the: { way: 'x' } } },
    })
    expect(seen).toEqual(['set'])
    page.setData(undefined)
  })

  it('shares neither data nor other fields with a page of the same options', () => {
    const store = new Map()
    const cyclic: { self?: object } = {}
    cyclic.self = cyclic
    const given = Object.freeze({
      data: Object.freeze({ list: Object.freeze([1]) as number[], deep: { n: 0 } }),
      settings: { on: false },
      store,
      cyclic,
      add(this: { data: { list: number[] }; setData(changes: object): void }) {
        this.setData({ list: [...this.data.list, 2] })
      },
    })
    const life = createPhone().start()
    const [one, other] = [life.open(given), life.open(given)]
    one.add()
    one.settings.on = true
    one.data.list.push(3)
    one.data.deep.n = 1
    expect([one.data, other.data, given.data]).toEqual([
      { list: [1, 2, 3], deep: { n: 1 } },
      { list: [1], deep: { n: 0 } },
      { list: [1], deep: { n: 0 } },
    ])
    expect([other.settings.on, given.settings.on]).toEqual([false, false])
    expect(one.cyclic.self).toBe(one.cyclic)
    // An instance of a class is the app's own, and stays one.
    expect([one.store, other.store]).toEqual([store, store])
    expect(one.store).toBe(other.store)
  })

  it('is loaded, shown, hidden and unloaded in the order of the platform', () => {
    const { calls, all } = createRecord()
    const life = createPhone().start()
    life.App(all(['onLaunch', 'onShow', 'onHide'], 'app.'))
    life.open(all(lifecycle, 'a.'))
    life.open(all(lifecycle, 'b.'))
    life.hide()
    life.show()
    life.back()
    expect(calls.join(' ')).toBe(
      'app.onLaunch app.onShow a.onLoad a.onShow a.onReady ' +
        'a.onHide b.onLoad b.onShow b.onReady ' +
        'b.onHide app.onHide app.onShow b.onShow b.onUnload a.onShow',
    )
    expect(life.pages).toHaveLength(1)
  })

  it('knows its route and query', () => {
    const seen: unknown[] = []
    const life = createPhone().start()
    const at = { route: 'pages/card', options: { id: '7' } }
    const page = life.open({ onLoad: (query: object) => seen.push(query) }, at)
    expect([page.route, page.options, seen]).toEqual(['pages/card', { id: '7' }, [{ id: '7' }]])
  })
})
