/** The programs of docs/sandbox-sdks.md that this machine can run, from the first line on. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createSandbox, type Sandbox } from '../../server/sandbox/index.ts'
import { scan } from '../sandbox/scan.ts'

const code = resolve(__dirname, '../../docs/code/sandbox')

describe('the program of docs/sandbox-sdks.md for', () => {
  let folder: string
  let wechat: Sandbox
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-sdks-'))
    wechat = await createSandbox()
  })
  afterEach(async () => {
    await wechat.close()
    await rm(folder, { recursive: true })
  })

  const run = async (command: string, file: string) => {
    const env = { PATH: process.env['PATH'], SANDBOX: wechat.url }
    return (await promisify(execFile)(command, [join(code, file)], { cwd: folder, env })).stdout
  }

  it.each([
    ['curl', 'sh', 'curl.sh'],
    ['co-wechat-api', 'node', 'co-wechat-api.mjs'],
    ['node-easywechat', 'node', 'node-easywechat.mjs'],
  ])('%s sends a message and makes a code', async (_, command, file) => {
    await run('sh', 'prepare.sh')
    await run(command, file)
    expect(await run('sh', 'look.sh')).toContain('"data":{"thing1":{"value":"咖啡"}}')
    const { messages } = await wechat.control.listInbox({ openId: 'alice' })
    expect(messages).toMatchObject([{ kind: 'subscribe', body: { template_id: 'pickup' } }])
    expect(scan(await readFile(join(folder, 'code.jpg'))).text()).toContain('"scene":"table=3"')
  })
})
