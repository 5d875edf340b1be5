/** Needs sh, curl and sed. newcomer.test.ts performs the same steps with Node alone. */
import { execFile } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { commandsOf, startDemo, type Demo } from './support/demo'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

const sh = (script: string) =>
  new Promise<string>((resolve, reject) => {
    const running = execFile('sh', ['-eu'], (error, output) =>
      error ? reject(error) : resolve(output),
    )
    running.stdin!.end(script)
  })

describe('a newcomer who runs npm start', () => {
  it('can paste its output into a shell, and gets a message in an inbox and a group', async () => {
    const operator = createOperator(demo)
    const output = await sh(commandsOf(demo))
    const replies = output.trimEnd().split('\n')
    expect(replies.filter((reply) => !/^\{.*\}$/.test(reply) || reply.includes('}{'))).toEqual([])
    expect(output).toContain('"state":"sent"')
    const inbox = await operator.inbox('alice')
    expect(inbox.map(({ kind }) => kind)).toEqual(['template', 'customer'])
    const [, openGId] = /"openGId":"([^"]+)"/.exec(output)!
    expect(await operator.group(openGId!)).toMatchObject({ members: [{ openId: 'bob' }] })
    expect(output).toContain(`"openGIds":["${openGId}"]`)
  })
})
