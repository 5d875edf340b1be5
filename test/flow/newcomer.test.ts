import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand, startDemo, type Demo } from './support/demo'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

describe('a newcomer who runs npm start', () => {
  it('can let npm run walk send a message, share into a group and scan a code', async () => {
    const ports = { PORT: new URL(demo.server).port, SANDBOX_PORT: new URL(demo.sandbox).port }
    const { code, output } = await runCommand('walk', ports)
    expect(output).toContain('The walk is complete')
    expect(code).toBe(0)
    expect(output.match(/^ +20\d /gm)!.length).toBeGreaterThan(10)
    expect(output).toMatch(/GET \S+\/v1\/scenes\/[\w-]+\n +200 .*"table":7/)
  })

  it('learns from the walk what to do where nothing runs', async () => {
    const { code, output } = await runCommand('walk', { PORT: '9', SANDBOX_PORT: '9' })
    expect(code).toBe(1)
    expect(output).toContain('run npm start in another terminal')
  })
})
