/** @jest-environment jsdom */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { computed } from 'vue'
import {
  anyText,
  instant,
  oneOf,
  useFilters,
  valuesOf,
} from '../../web/console/src/router/filters.ts'
import { locationOf, pathOf } from '../../web/console/src/router/paths.ts'
import { go, route } from '../../web/console/src/router/router.ts'

describe('the addresses of the console', () => {
  it('name a screen, its part and its filters', () => {
    const path = pathOf({
      screen: 'messages',
      params: { id: 'm/1' },
      query: { state: 'refused', reason: undefined, openId: '' },
    })
    expect(path).toBe('messages/m%2F1?state=refused')
    const [pathname, search] = path.split('?')
    expect(locationOf(`/${pathname}`, `?${search}`)).toEqual({
      screen: 'messages',
      params: { id: 'm/1' },
      query: { state: 'refused' },
    })
  })

  it('lead to the overview without a path, and without a slash at the start', () => {
    expect(pathOf({ screen: 'overview' })).toBe('')
    expect(locationOf('', '').screen).toBe('overview')
    expect(locationOf('/', '').screen).toBe('overview')
    expect(locationOf('/messages/', '')).toMatchObject({ screen: 'messages', params: {} })
  })

  it('lead nowhere if no screen has them', () => {
    expect(locationOf('/nowhere', '').screen).toBeUndefined()
    expect(locationOf('/messages/1/2', '').screen).toBeUndefined()
    expect(locationOf('/users/%E0%A4%A', '').screen).toBeUndefined()
  })
})

describe('the filters of an address', () => {
  const filters = { state: oneOf(['sent', 'refused']), openId: anyText, since: instant }

  it('are those that are set and valid', () => {
    const query = { state: 'refused', openId: ' oX3f ', since: '2026-11-30T08:00:00+08:00' }
    expect(valuesOf(filters, { ...query, view: 'groups' })).toEqual({
      state: 'refused',
      openId: 'oX3f',
      since: '2026-11-30T00:00:00.000Z',
    })
  })

  // As the server writes it into the page.
  beforeAll(() => document.head.insertAdjacentHTML('afterbegin', '<base href="/console/">'))

  it('stay the same object while only other parts of the address change', () => {
    const { values, set, clear } = useFilters(filters)
    let asked = 0
    const asking = computed(() => {
      asked += 1
      return values.value
    })
    go({ screen: 'messages', query: { state: 'refused' } })
    expect(asking.value).toEqual({ state: 'refused' })
    go({ screen: 'messages', params: { id: 'm' }, query: route.value.query })
    expect(asking.value).toEqual({ state: 'refused' })
    expect(asked).toBe(1)
    set('openId', 'oX3f')
    expect(asking.value).toEqual({ state: 'refused', openId: 'oX3f' })
    clear()
    expect(asking.value).toEqual({})
    expect(route.value.params).toEqual({ id: 'm' })
    expect(asked).toBe(3)
  })

  it('leave out what no server would take', () => {
    expect(valuesOf(filters, { state: 'lost', openId: ' ', since: 'yesterday' })).toEqual({})
  })
})
