/** The tests of docs/sandbox.md, each by its runner. They use what `tsc -b` built. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'

const root = resolve(__dirname, '../..')
const code = resolve(root, 'docs/code/sandbox')
const run = async (args: string[], nodeOptions = '') => {
  const env = { PATH: process.env['PATH'], NODE_OPTIONS: nodeOptions }
  const { stdout, stderr } = await promisify(execFile)('node', args, { cwd: code, env })
  return stdout + stderr
}

describe('the test of docs/sandbox.md for', () => {
  it('node:test passes', async () => {
    expect(await run(['--test', 'pickup.node.mjs'])).toMatch(/pass 1\n/)
  })

  it('jest passes', async () => {
    const config = JSON.stringify({ rootDir: code, testMatch: ['**/*.jest.mjs'], transform: {} })
    const args = [resolve(root, 'node_modules/jest/bin/jest.js'), '--config', config]
    expect(await run(args, '--experimental-vm-modules')).toContain('1 passed')
  })
})
