import { execFile } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand, startDemo } from './support/demo'
import type { Demo } from './support/demo'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

/** The lines between the introduction and the last line: comments and commands. */
function commands({ words }: Demo): string {
  const lines = words.split('\n')
  return lines
    .slice(lines.findIndex((line) => line.startsWith('# ')))
    .slice(0, -2)
    .join('\n')
}

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
    const output = await sh(commands(demo))
    const replies = output.trimEnd().split('\n')
    expect(replies.filter((reply) => !/^\{.*\}$/.test(reply) || reply.includes('}{'))).toEqual([])
    expect(output).toContain('"state":"sent"')
    const inbox = await operator.inbox('alice')
    expect(inbox.map(({ kind }) => kind)).toEqual(['template', 'customer'])
    const [, openGId] = /"openGId":"([^"]+)"/.exec(output)!
    expect(await operator.group(openGId!)).toMatchObject({ members: [{ openId: 'bob' }] })
    expect(output).toContain(`"openGIds":["${openGId}"]`)
  })

  it('can let npm run walk do the same, which prints every step', async () => {
    const ports = { PORT: new URL(demo.server).port, SANDBOX_PORT: new URL(demo.sandbox).port }
    const { code, output } = await runCommand('walk', ports)
    expect(output).toContain('The walk is complete')
    expect(code).toBe(0)
    const steps = commands(demo)
      .split('\n')
      .filter((line) => line.startsWith('# '))
    expect(steps.length).toBeGreaterThan(10)
    for (const step of steps) expect(output).toContain(step.slice(2))
  })

  it('learns from the walk what to do where nothing runs', async () => {
    const { code, output } = await runCommand('walk', { PORT: '9', SANDBOX_PORT: '9' })
    expect(code).toBe(1)
    expect(output).toContain('run npm start in another terminal')
  })
})
