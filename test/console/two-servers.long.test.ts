/** The console's stream, resumed at another process of the same PostgreSQL database. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Message, StreamEvents } from '../../shared/wire/index.ts'
import { settled } from '../support/console/page-checks.ts'
import { startTwoServers, type TwoServers } from '../support/console/two-servers.ts'
import { strongApiKey } from '../support/server/strong-keys.ts'

let servers: TwoServers
beforeAll(async () => {
  servers = await startTwoServers()
}, 180_000)
afterAll(() => servers?.close())

/** Refused: the user has no credit. That is an outcome like another. */
async function send(openId: string): Promise<string> {
  const body = { channel: 'template', openId, templateId: 'template-of-two', data: {} }
  const headers = { 'Idempotency-Key': openId }
  return (await servers.ask<Message>('POST /v1/messages', { body, headers })).body.id
}

declare global {
  /** What each stream of the page carried. */
  var streams: { lastEventId: string | null; text: string }[]
}

it('resumes where the killed process ended: each change comes once, and nothing anew', async () => {
  const page = await servers.open('messages')
  await page.addInitScript(() => {
    globalThis.streams = []
    const { fetch } = globalThis
    globalThis.fetch = async (input, init) => {
      const reply = await fetch(input, init)
      if (!/\/v1\/stream\?/.test(String(input)) || !reply.body) return reply
      const stream = { lastEventId: new Headers(init?.headers).get('Last-Event-ID'), text: '' }
      globalThis.streams.push(stream)
      const [own, copy] = reply.body.tee()
      const append = (chunk: string) => void (stream.text += chunk)
      const noting = new WritableStream<string>({ write: append })
      copy
        .pipeThrough(new TextDecoderStream())
        .pipeTo(noting)
        .catch(() => {})
      return new Response(own, reply)
    }
  })
  await page.getByLabel('API 密钥').fill(strongApiKey)
  await page.getByRole('button', { name: '登录' }).click()
  await settled(page)
  await page.reload()
  await page.getByRole('status').filter({ hasText: '实时更新' }).waitFor()

  const row = (end: string) => page.getByRole('row').filter({ hasText: `oTwo…${end}` })
  const before = await send('oTwoBeforeTheKillWho')
  await row('lWho').waitFor()

  // Until all has happened, so that the second stream has something to catch up with.
  await page.route('**/v1/stream?*', (route) => route.abort())
  await servers.killFirst()
  await page.getByText('连接已断开，正在重连…').waitFor()
  const missed = [await send('oTwoMissedNumber0001'), await send('oTwoMissedNumber0002')]
  expect(await row('0001').count()).toBe(0)
  await page.unroute('**/v1/stream?*')
  await row('0001').waitFor()
  await row('0002').waitFor()
  const after = await send('oTwoAfterTheKill0003')
  await row('0003').waitFor()

  const [first, second, ...others] = await page.evaluate(() => globalThis.streams)
  expect(others).toEqual([])
  expect(settledIn(first!.text)).toEqual([before])
  expect(second!.lastEventId).toBe([...first!.text.matchAll(/^id: (.+)$/gm)].at(-1)![1])
  expect(second!.text).not.toContain('event: reset')
  expect(settledIn(second!.text)).toEqual([...missed, after])
  await page.context().close()
}, 120_000)

type Settled = StreamEvents['message.settled']

/** The ids of the messages that a stream told an outcome of. */
const settledIn = (text: string): string[] =>
  text
    .split('\n\n')
    .filter((event) => /^event: message\.settled$/m.test(event))
    .map((event) => (JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as Settled).message)
