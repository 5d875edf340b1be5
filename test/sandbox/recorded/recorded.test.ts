/**
 * The calls of SDKs in other languages, byte by byte. We wrote them from the sources of the SDKs
 * and of the HTTP libraries below them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endpoints } from '../../../server/sandbox/api/endpoints.ts'
import { app, startSandbox, type StartedSandbox } from '../../support/server/start-sandbox.ts'
import { png } from '../pictures.ts'
import { scan } from '../scan.ts'
import { openConnection, type Connection, type ReceivedReply } from './connection.ts'
import { fill, patternOf, readRecording, writeRequest, type Values } from './recording.ts'

const recordings = readdirSync(__dirname)
  .filter((file) => file.endsWith('.http'))
  .map((file) => ({ file, calls: readRecording(readFileSync(join(__dirname, file), 'latin1')) }))

describe.each(recordings)('the sandbox, called as in $file', ({ calls }) => {
  let wechat: StartedSandbox
  let connection: Connection
  let values: Values

  beforeAll(async () => {
    wechat = await startSandbox({ edition: '2026' })
    connection = openConnection(wechat.url)
    values = new Map([
      ['appId', app.appId],
      ['secret', app.secret],
      ['lf', '\n'],
      ['png', png.toString('latin1')],
    ])
  })
  afterAll(async () => {
    connection.close()
    await wechat.close()
  })

  it.each(calls)('answers $name', async ({ acts, request, reply }) => {
    for (const { control, input } of acts) await act(control, input)
    const received = await connection.exchange(writeRequest(request, values))

    const [status, ...fields] = reply.head.split('\n')
    expect(received.status).toBe(status)
    for (const field of fields) {
      expect(received.fields).toContainEqual(expect.stringMatching(patternOf(field, values)))
    }
    const [body, pattern] = [shown(received), patternOf(reply.body, values)]
    expect(body).toMatch(pattern)
    for (const [name, value] of Object.entries(pattern.exec(body)?.groups ?? {})) {
      values.set(name, value)
    }
  })

  /** The texts of a control's reply are values from then on. */
  async function act(control: string, input: string): Promise<void> {
    const controls = wechat.sandbox.control as unknown as Controls
    const done = await controls[control]!(JSON.parse(utf8(fill(input, values))))
    for (const [name, value] of Object.entries(done)) {
      if (typeof value === 'string') values.set(name, value)
    }
  }
})

it('the recordings call every path that the sandbox plays', () => {
  const called = recordings.flatMap(({ calls }) =>
    calls.map(({ request }) => /^\w+ ([^ ?]+)/.exec(request.head)![1]),
  )
  const played = endpoints.map(({ path }) => path)
  expect(played.filter((path) => !called.includes(path))).toEqual([])
})

type Controls = Record<string, (input: unknown) => Promise<object>>

const utf8 = (bytes: string) => Buffer.from(bytes, 'latin1').toString()

/** A code as what a phone reads in it. */
function shown({ fields, body }: ReceivedReply): string {
  return fields.includes('Content-Type: image/jpeg')
    ? `scans as ${scan(Buffer.from(body, 'latin1')).text()}`
    : body
}
