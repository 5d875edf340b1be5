import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { request } from 'node:http'
import { startSimulator, type Simulator } from 'wx-reach-simulator'
import { writeProject, type WrittenProject } from './written-project.ts'

let project: WrittenProject
let simulator: Simulator
const sent: { url: string; init: RequestInit }[] = []
let reply: () => Response | Promise<Response>

beforeEach(async () => {
  sent.length = 0
  reply = () => new Response('{"a":1}', { headers: { 'content-type': 'application/json' } })
  project = writeProject({ 'images/a.png': 'png', 'secret.txt': 'secret' })
  simulator = await startSimulator({
    folder: project.folder,
    fetch: (url, init) => {
      sent.push({ url, init })
      return Promise.resolve(reply())
    },
  })
})
afterEach(async () => {
  await simulator.close()
  project.remove()
})

const post = (body: object, headers: Record<string, string> = { 'x-simulator': '1' }) =>
  fetch(`${simulator.url}/proxy`, { method: 'POST', headers, body: JSON.stringify(body) })

describe('the simulator', () => {
  it('allows no script but its own, no eval, and nothing of another origin', async () => {
    for (const path of ['/', '/phone', '/project.js', '/frame.js', '/phone.js', '/project.css']) {
      const { status, headers } = await fetch(simulator.url + path)
      expect(status).toBe(200)
      const policy = headers.get('content-security-policy')!
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
      expect(policy).toContain("connect-src 'self'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
    }
  })

  it('serves pictures of the folder, and no other file of it or above it', async () => {
    expect(await (await fetch(`${simulator.url}/files/images/a.png`)).text()).toBe('png')
    for (const path of ['secret.txt', 'app.json', '..%2F..%2Fetc%2Fpasswd', '%2Fetc%2Fa.png']) {
      expect((await fetch(`${simulator.url}/files/${path}`)).status).toBe(404)
    }
  })

  it('sends what a phone requests, and hands the reply back', async () => {
    const asked = { url: 'http://a.example/b', method: 'PUT', header: { a: 'b' }, body: 'c' }
    const answer = await post(asked)
    expect(await answer.json()).toEqual({
      status: 200,
      header: { 'content-type': 'application/json' },
      text: '{"a":1}',
    })
    expect(sent).toMatchObject([
      { url: 'http://a.example/b', init: { method: 'PUT', headers: { a: 'b' }, body: 'c' } },
    ])
  })

  it('hands bytes that are no text back as base64, and says why there is no reply', async () => {
    reply = () => new Response(new Uint8Array([0xff, 0]))
    const asked = { url: 'http://a.example/', method: 'GET', header: {} }
    expect(await (await post(asked)).json()).toMatchObject({ base64: '/wA=' })
    reply = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))
    expect(await (await post(asked)).json()).toEqual({ problem: 'ECONNREFUSED' })
  })

  it('fetches pictures and fonts of other hosts, and nothing else', async () => {
    const typeOf = async (file: string, type: string) => {
      reply = () => new Response('bytes', { headers: { 'content-type': type } })
      const url = encodeURIComponent(`https://a.example/${file}`)
      const got = await fetch(`${simulator.url}/image?url=${url}`)
      return got.ok ? got.headers.get('content-type') : got.status
    }
    expect(await typeOf('a.png', 'image/png')).toBe('image/png')
    expect(await typeOf('a.woff?v=1', 'application/octet-stream')).toBe('font/woff')
    expect(await typeOf('font', 'font/woff2')).toBe('font/woff2')
    expect(await typeOf('a.html', 'text/html')).toBe(404)
    expect(await typeOf('a.js', 'text/javascript')).toBe(404)
  })

  it('sends nothing for a page of another origin', async () => {
    const { status } = await post({ url: 'http://a.example/', method: 'GET', header: {} }, {})
    expect(status).toBe(403)
    expect(sent).toEqual([])
  })

  it('answers to no foreign host name, which may have been bound to this machine', async () => {
    const status = await new Promise((resolve, reject) => {
      request(simulator.url, { headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(421)
  })

  it('tells its pages when a file has changed, and serves what it is now', async () => {
    const { body } = await fetch(`${simulator.url}/changes`)
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
    const first = (await reader.read()).value
    project.write({ 'pages/home/home.wxml': '<view>changed</view>' })
    const second = (await reader.read()).value
    expect(second).not.toBe(first)
    expect(await (await fetch(`${simulator.url}/project.js`)).text()).toContain('changed')
    await reader.cancel()
  })
})
