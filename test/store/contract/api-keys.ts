import { expect, it } from '@jest/globals'
import type { AddApiKey } from '../../../server/store/store.ts'
import { appId, day, hashOf, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const key = (id: string, rest: Partial<AddApiKey> = {}): AddApiKey => ({
  id,
  hash: hashOf(`secret of ${id}`),
  name: `name of ${id}`,
  scopes: ['send', 'read'],
  createdAtMs: nowMs,
  most: 100,
  ...rest,
})

export function apiKeyPromises(current: Current): void {
  const find = (id: string, atMs = nowMs) =>
    current().store.findApiKey(hashOf(`secret of ${id}`), atMs)
  const listed = async (app?: string) =>
    (await current().store.listApiKeys(app)).map(({ id }) => id)

  it('are found by the hash of their secret, with all that they were stored with', async () => {
    const { store } = current()
    expect(await store.addApiKey(key('k1'))).toBe(true)
    const bound = key('k2', { appId, expiresAtMs: nowMs + day })
    expect(await store.addApiKey(bound)).toBe(true)
    const { hash: _hash, most: _most, ...all } = bound
    expect(await find('k1')).toEqual({
      id: 'k1',
      name: 'name of k1',
      scopes: ['send', 'read'],
      createdAtMs: nowMs,
    })
    expect(await find('k2')).toEqual(all)
    expect(await find('k3')).toBeUndefined()
  })

  it('are not found from their end on, but listed', async () => {
    await current().store.addApiKey(key('k1', { expiresAtMs: nowMs + day }))
    expect(await find('k1', nowMs + day - 1)).toBeDefined()
    expect(await find('k1', nowMs + day)).toBeUndefined()
    expect(await listed()).toEqual(['k1'])
  })

  it('are listed oldest first, all or those of one app', async () => {
    const { store } = current()
    await store.addApiKey(key('k1', { createdAtMs: nowMs + 1 }))
    await store.addApiKey(key('k2', { appId }))
    await store.addApiKey(key('k3', { appId: 'wx2', createdAtMs: nowMs + 2 }))
    expect(await listed()).toEqual(['k2', 'k1', 'k3'])
    expect(await listed(appId)).toEqual(['k2'])
    expect(await listed('wx3')).toEqual([])
  })

  it('are as many as the limit for each app, and for all apps together', async () => {
    const { store } = current()
    expect(await store.addApiKey(key('k1', { most: 1 }))).toBe(true)
    expect(await store.addApiKey(key('k2', { most: 1 }))).toBe(false)
    expect(await store.addApiKey(key('k3', { most: 1, appId }))).toBe(true)
    expect(await store.addApiKey(key('k4', { most: 1, appId }))).toBe(false)
    expect(await store.addApiKey(key('k5', { most: 1, appId: 'wx2' }))).toBe(true)
    expect(await listed()).toEqual(['k1', 'k3', 'k5'])
  })

  it('are deleted once, and for one app only where they are bound to it', async () => {
    const { store } = current()
    await store.addApiKey(key('k1'))
    await store.addApiKey(key('k2', { appId }))
    await store.addApiKey(key('k3', { appId: 'wx2' }))
    expect(await store.deleteApiKey({ id: 'k1', appId })).toBe(false)
    expect(await store.deleteApiKey({ id: 'k3', appId })).toBe(false)
    expect(await store.deleteApiKey({ id: 'k3', appId: 'wx3' })).toBe(false)
    expect(await store.deleteApiKey({ id: 'k2', appId })).toBe(true)
    expect(await store.deleteApiKey({ id: 'k1' })).toBe(true)
    expect(await store.deleteApiKey({ id: 'k1' })).toBe(false)
    expect(await listed()).toEqual(['k3'])
    expect(await find('k1')).toBeUndefined()
  })

  it('know their last use, whatever the order in which uses are written', async () => {
    const { store } = current()
    await store.addApiKey(key('k1'))
    await store.touchApiKey({ id: 'k1', atMs: nowMs + 2 })
    await store.touchApiKey({ id: 'k1', atMs: nowMs + 1 })
    await store.touchApiKey({ id: 'k2', atMs: nowMs + 3 })
    expect(await find('k1')).toMatchObject({ usedAtMs: nowMs + 2 })
  })

  it('are swept thirty days after their end', async () => {
    const { store } = current()
    await store.addApiKey(key('k1', { expiresAtMs: nowMs }))
    await store.addApiKey(key('k2'))
    await store.sweep({ nowMs: nowMs + 30 * day })
    expect(await listed()).toEqual(['k1', 'k2'])
    await store.sweep({ nowMs: nowMs + 30 * day + 1 })
    expect(await listed()).toEqual(['k2'])
  })

  it('survive a restart', async () => {
    await current().store.addApiKey(key('k1'))
    const store = await current().restart()
    expect(await store.findApiKey(hashOf('secret of k1'), nowMs)).toBeDefined()
  })
}
