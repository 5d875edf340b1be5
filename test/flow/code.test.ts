import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { call } from './support/http'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

/** Makes a code and returns the scene that it carries. */
async function makeCode(content: object): Promise<string> {
  const { status, headers } = await call(`${demo.server}/v1/codes`, {
    method: 'POST',
    headers: { authorization: 'Bearer demo-key', 'content-type': 'application/json' },
    body: { kind: 'scene', page: 'pages/code/code', ...content },
  })
  expect(status).toBe(200)
  return headers['code-scene']!
}

async function scan(scene: string) {
  const phone = createDemoPhone(demo, 'alice')
  const page = phone.launch({ path: 'pages/code/code', query: { scene }, scene: 1047 })
  await phone.settled()
  return ['.scene', '.payload', '.launched'].map(page.text)
}

describe('a scanned code', () => {
  it('brings its scene to the page', async () => {
    await makeCode({ scene: 'table=7' })
    expect(await scan('table%3D7')).toEqual([
      'table=7',
      '没有：scene 就是全部内容',
      '1047 · 扫小程序码',
    ])
  })

  it('brings what the server keeps for a scene that it has made', async () => {
    const scene = await makeCode({ payload: { table: 7, drink: '手冲咖啡' } })
    expect(await scan(scene)).toEqual([
      scene,
      '{"table":7,"drink":"手冲咖啡"}',
      '1047 · 扫小程序码',
    ])
  })

  it('is none where the user came by themselves', async () => {
    const phone = createDemoPhone(demo, 'bob')
    const page = phone.launch({ path: 'pages/code/code' })
    await phone.settled()
    expect(page.text('.scene')).toBe('这一次不是扫码打开的')
    expect(page.text('.payload')).toBeUndefined()
  })
})
