import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import Router from '@koa/router'
import Koa from 'koa'
import { createConsoleFiles } from '../../server/console/files.ts'
import { addConsole } from '../../server/http/console.ts'
import { listen, type Listening } from '../../server/runtime/listen.ts'
import { createFakeWorld } from '../support/fake-world.ts'

const script = `export const words = ${JSON.stringify('发送机会 '.repeat(500))}`
const html = `<!doctype html>
<html>
  <head>
    <script src="./assets/first-abc.js" id="first"></script>
  </head>
  <body><div id="console"><p>bare</p></div></body>
</html>
`
const scripts = ['assets/messages-abc.js']
const screens = {
  messages: {
    scripts,
    requests: ['v1/messages?appId=first-app&limit=100'],
    views: { 'zh-CN': '<h1>消息</h1>', en: '<h1>Messages</h1>' },
  },
  'messages/': { scripts },
}

let folder: string
let listening: Listening
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-console-'))
  const built = join(folder, 'console')
  mkdirSync(join(built, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.md'), 'a file beside the console')
  writeFileSync(join(built, 'index.html'), html)
  writeFileSync(join(built, 'assets/index-abc.js'), script)
  writeFileSync(join(built, 'assets/index-abc.js.br'), brotliCompressSync(script))
  writeFileSync(join(built, 'assets/style-abc.css'), 'a { color: red }')
  writeFileSync(join(built, 'assets/dot-abc.png'), Buffer.from([1, 2, 3]))
  writeFileSync(join(built, 'assets/secrets.json'), '{}')
  writeFileSync(join(built, 'screens.json'), JSON.stringify(screens))
  await serve(built)
})
afterEach(async () => {
  await listening.close(0)
  rmSync(folder, { recursive: true })
})

async function serve(built: string, firstViews?: boolean): Promise<void> {
  const router = new Router({ prefix: '/reach' })
  const files = createConsoleFiles({ base: '/reach/console/', folder: built, firstViews })
  addConsole(router, files, createFakeWorld())
  const app = new Koa().use(router.routes())
  listening = await listen(app.callback(), { port: 0, host: '127.0.0.1' })
}

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${listening.url}/reach${path}`, {
    method,
    redirect: 'manual',
    headers: { 'accept-encoding': 'identity', ...headers },
  })

describe('the page of the console', () => {
  it.each(['/console/', '/console/messages', '/console/users/oX3f-k_9Q2/credits?kind=form'])(
    'is at %s, with its own address for its links',
    async (path) => {
      const reply = await get(path)
      expect([reply.status, reply.headers.get('Content-Type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ])
      expect(reply.headers.get('Cache-Control')).toBe('no-cache')
      expect(await reply.text()).toContain('<head>\n    <base href="/reach/console/" />')
    },
  )

  it('names the scripts of its screen, so that a browser asks for all at once', async () => {
    const link = '<link rel="modulepreload" crossorigin href="./assets/messages-abc.js">'
    expect(await (await get('/console/messages/42?state=sent')).text()).toContain(link)
    for (const path of ['/console/', '/console/users', '/console/assets', '/console/constructor']) {
      expect(await (await get(path)).text()).not.toContain('modulepreload')
    }
    expect((await get('/console/screens.json')).headers.get('Content-Type')).toMatch(/^text\/html/)
  })

  it('carries the first view of its screen in both languages, and what that asks for', async () => {
    const text = await (await get('/console/messages?state=sent')).text()
    expect(text).toContain(
      '<div id="console"><div class="first" lang="zh-CN" inert><h1>消息</h1></div>' +
        '<div class="first" lang="en" inert><h1>Messages</h1></div><p>bare</p></div>',
    )
    expect(text).toContain(
      'id="first" data-requests="[&quot;v1/messages?appId=first-app&amp;limit=100&quot;]"',
    )
    for (const path of ['/console/messages/42', '/console/users']) {
      expect(await (await get(path)).text()).toContain('id="first"></script>')
    }
  })

  it('carries no first view where the server shows more than the screens', async () => {
    await listening.close(0)
    await serve(join(folder, 'console'), false)
    const text = await (await get('/console/messages')).text()
    expect(text).toContain('<div id="console"><p>bare</p></div>')
    expect(text).toContain('id="first"></script>')
    expect(text).toContain('href="./assets/messages-abc.js"')
  })

  it('is led to from the path without a slash, by an address that any prefix fits', async () => {
    const reply = await get('/console?lang=en')
    expect([reply.status, reply.headers.get('Location')]).toEqual([308, 'console/?lang=en'])
  })

  it('is not sent again while it is the same', async () => {
    const first = await get('/console/')
    // By itself fetch would ask for all of it.
    const ask = (tag: string) =>
      get('/console/', { 'if-none-match': tag, 'cache-control': 'max-age=0' })
    const again = await ask(first.headers.get('ETag')!)
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await ask('"another"')).status).toBe(200)
  })

  it('says how to build it, until it is built', async () => {
    await listening.close(0)
    const later = join(folder, 'later')
    await serve(later)
    const missing = await get('/console/')
    expect([missing.status, await missing.text()]).toEqual([
      503,
      expect.stringContaining('npm run build:console'),
    ])
    mkdirSync(later)
    writeFileSync(join(later, 'index.html'), html)
    expect((await get('/console/')).status).toBe(200)
  })
})

describe('a file of the console', () => {
  it('is kept by browsers for a year: its name changes with its content', async () => {
    const reply = await get('/console/assets/index-abc.js')
    expect([reply.status, await reply.text()]).toEqual([200, script])
    expect(reply.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8')
    expect(reply.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
  })

  it.each([
    ['br', 'gzip, deflate, br'],
    ['gzip', 'gzip, deflate'],
    [null, 'identity'],
  ])('is sent as %s to a browser that takes %s', async (encoding, accepted) => {
    const reply = await get('/console/assets/index-abc.js', { 'accept-encoding': accepted })
    expect(reply.headers.get('Content-Encoding')).toBe(encoding)
    expect(reply.headers.get('Vary')).toBe('Accept-Encoding')
    const bytes = Buffer.byteLength(script)
    const most = encoding === null ? bytes : bytes / 10
    expect(Number(reply.headers.get('Content-Length'))).toBeLessThanOrEqual(most)
    expect(await reply.text()).toBe(script)
  })

  it('that the build did not compress is sent as gzip', async () => {
    const reply = await get('/console/assets/style-abc.css', { 'accept-encoding': 'gzip, br' })
    expect(reply.headers.get('Content-Encoding')).toBe('gzip')
    expect(await reply.text()).toBe('a { color: red }')
    const compressed = await get('/console/assets/index-abc.js.br')
    expect(compressed.status).toBe(404)
  })

  it('that is an image is sent as it is', async () => {
    const reply = await get('/console/assets/dot-abc.png', { 'accept-encoding': 'br' })
    expect(reply.headers.get('Content-Encoding')).toBeNull()
    expect(Buffer.from(await reply.arrayBuffer())).toEqual(Buffer.from([1, 2, 3]))
  })

  it('answers HEAD without its content', async () => {
    const reply = await get('/console/assets/style-abc.css', {}, 'HEAD')
    expect([reply.status, await reply.text()]).toEqual([200, ''])
    expect(reply.headers.get('Content-Length')).toBe('16')
  })

  it('that is not there is 404, not the page', async () => {
    for (const path of ['assets/index-old.js', 'favicon.ico', 'assets/', 'assets/secrets.json']) {
      expect([path, (await get(`/console/${path}`)).status]).toEqual([path, 404])
    }
  })
})

describe('every answer of the console', () => {
  it.each([
    ['the page', '/console/', 'GET'],
    ['a file', '/console/assets/index-abc.js', 'GET'],
    ['a file that is not there', '/console/assets/old.js', 'GET'],
    ['the redirect', '/console', 'GET'],
    ['another method', '/console/', 'POST'],
  ])('has the policy: %s', async (_, path, method) => {
    const reply = await get(path, {}, method)
    const headers = Object.fromEntries(reply.headers)
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
        "connect-src 'self'; font-src 'self'; base-uri 'self'; form-action 'self'; " +
        "frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-request-id': expect.any(String),
    })
  })

  it('allows GET and HEAD alone', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const reply = await get('/console/', {}, method)
      expect([reply.status, reply.headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
    }
  })

  it('leads out of its folder by no path', async () => {
    const paths = [
      '../secret.md',
      '%2e%2e/secret.md',
      '..%2fsecret.md',
      'assets/..%2f..%2fsecret.md',
      '%2e%2e%5csecret.md',
      '..%00/secret.md',
      '/etc/passwd.md',
      '__proto__.js',
      'constructor',
      '%zz.js',
    ]
    for (const path of paths) {
      const text = await (await get(`/console/${path}`)).text()
      expect([path, text]).not.toEqual([path, expect.stringContaining('beside the console')])
      expect(text).not.toMatch(/root:/)
    }
  })
})
