import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

type Walk = 'sign-in' | 'event' | 'push' | 'send' | 'together'

/** Runs on what `tsc -b` built. */
function walk(): Record<Walk, string[]> {
  const script = join(__dirname, 'walk-files.mjs')
  return JSON.parse(execFileSync(process.execPath, [script, '--json'], { encoding: 'utf8' }))
}

describe('the files that a request runs through', () => {
  it('are few: 32 for a send, 50 for sign-in, event and send together', () => {
    const files = walk()
    expect(files.push).toContain('server/http/routes/pushes.ts')
    expect(files.send.length).toBeLessThanOrEqual(32)
    expect(files.together.length).toBeLessThanOrEqual(50)
  })
})
