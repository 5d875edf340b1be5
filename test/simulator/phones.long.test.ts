/** Phones on the page: several beside each other, their lives, and files that change. */
import { afterEach, expect, it, jest } from '@jest/globals'
import { callOf, playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

let played: PlayedPages | undefined
afterEach(() => played?.stop())

const counting = `
  <view>{{name}} {{count}}</view><button bindtap="add">add</button>`
const countingScript = `Page({
  data: { name: '', count: 0 },
  onLoad({ name = '' }) { this.setData({ name }) },
  add() { this.setData({ count: this.data.count + 1 }) },
})`

it('reloads the page that a phone shows, with its query, when a file has changed', async () => {
  played = await playPages(
    { home: '<view>home</view>', other: [counting, countingScript] },
    { watch: true },
  )
  const { phone } = played
  await phone.enter('pages/other/other?name=first')
  await phone.tap('add')
  await phone.sees('first 1')
  played.write({ 'pages/other/other.wxml': '<view>{{name}} changed {{count}}</view>' })
  await phone.sees('first changed 0')
  expect(await phone.route()).toBe('pages/other/other?name=first')
})

it('shows errors of files on the phone until the next save that repairs them', async () => {
  played = await playPages({ home: '<view>home</view>' }, { watch: true })
  const { phone } = played
  const overlay = phone.page.getByRole('alert').filter({ hasText: ':' })
  const broken: [file: string, text: string, words: string, repaired: string][] = [
    ['pages/home/home.wxml', '<view>', 'pages/home/home.wxml: 1:', '<view>home again</view>'],
    ['pages/home/home.js', 'Page({', 'pages/home/home.js: 1:', 'Page({})'],
    ['pages/home/home.json', '{', 'pages/home/home.json is no JSON', '{}'],
    ['app.json', '{', 'app.json is no JSON', '{"pages": ["pages/home/home"]}'],
  ]
  for (const [file, text, words, repaired] of broken) {
    played.write({ [file]: text })
    await overlay.filter({ hasText: words }).waitFor()
    played.write({ [file]: repaired })
    await overlay.waitFor({ state: 'hidden' })
    await phone.sees('home')
    expect(await overlay.count()).toBe(0)
  }
})

it('keeps phones apart: their pages, storage, network and life', async () => {
  played = await playPages({ home: [counting, countingScript] })
  const alice = played.phone
  const bob = await alice.beside('Bob')
  const carol = await alice.beside('Carol')
  await alice.tap('add')
  await bob.tap('add')
  await bob.tap('add')
  expect(await Promise.all([alice, bob, carol].map((phone) => phone.text()))).toEqual([
    expect.stringContaining('1'),
    expect.stringContaining('2'),
    expect.stringContaining('0'),
  ])

  await callOf(alice, 'setStorage', { key: 'mine', data: 'of Alice' })
  await bob.network('none')
  expect(await callOf(bob, 'getStorage', { key: 'mine' })).toEqual({
    errMsg: 'getStorage:fail data not found',
  })
  const types = [alice, bob].map((phone) => callOf(phone, 'getNetworkType'))
  expect(await Promise.all(types)).toMatchObject([{ networkType: 'wifi' }, { networkType: 'none' }])

  await alice.kill()
  await bob.sees('2')
  await alice.launch()
  await alice.sees('0')
  expect(await callOf(alice, 'getStorage', { key: 'mine' })).toMatchObject({ data: 'of Alice' })
})

it('puts a phone away, and draws the side of one that is left', async () => {
  played = await playPages({ home: '<view>home</view>' })
  const { page } = played.phone
  await played.phone.beside('Bob')
  await page.locator('section[data-user="Bob"]').getByRole('button', { name: '收起手机' }).click()
  expect(await page.locator('section.bench').count()).toBe(1)
  await played.phone.sees('home')
})

it('tells a page that the network has changed, and ends requests that are under way', async () => {
  const script = `Page({
    data: { told: [] },
    onLoad() {
      wx.onNetworkStatusChange(({ isConnected, networkType }) => {
        this.setData({ told: this.data.told.concat(networkType + ' ' + isConnected) })
      })
    },
  })`
  let hear = () => {}
  const underWay = new Promise<void>((heard) => (hear = heard))
  const neverReplied = () => {
    hear()
    return new Promise<Response>(() => undefined)
  }
  played = await playPages({ home: ['<view>{{told}}</view>', script] }, { fetch: neverReplied })
  const given = played.call('request', { url: 'https://a.example/' })
  await underWay
  await played.phone.network('none')
  expect(await given).toMatchObject({ errMsg: 'request:fail net::ERR_NETWORK_CHANGED' })
  await played.phone.network('wifi')
  expect(await played.data()).toMatchObject({ told: ['none false', 'wifi true'] })
})
