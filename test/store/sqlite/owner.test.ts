import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createSqliteStore } from '../../../server/store/sqlite/store.ts'
import { appId, claim, form, message, nowMs } from '../builders.ts'
import { temporaryPaths } from './folder.ts'

const root = resolve(__dirname, '../../..')

/** Node cannot run TypeScript: the child runs the build. */
const builtStore = pathToFileURL(join(root, 'dist/server/store/sqlite/store.js')).href

const reserveAndWait = `
  const [built, path, credit, message] = JSON.parse(process.argv[1])
  const bytes = ({ keyHash, bodyHash }) =>
    ({ keyHash: Buffer.from(keyHash), bodyHash: Buffer.from(bodyHash) })
  const revive = (input) => ({ ...input, ...bytes(input) })
  import(built).then(async ({ createSqliteStore }) => {
    const store = createSqliteStore({ path })
    await store.recordCredit(credit)
    console.log((await store.openMessage(revive(message))).was)
  })
  setInterval(() => {}, 1000)
`

/** Resolves when the child owns the database and has reserved a credit. */
async function startOwner(path: string): Promise<ChildProcess> {
  const credit = { appId, openId: 'ada', nowMs, credit: form('f1') }
  const bytes = ({ keyHash, bodyHash, ...rest } = message('1')) => ({
    ...rest,
    keyHash: [...keyHash],
    bodyHash: [...bodyHash],
  })
  const argument = JSON.stringify([builtStore, path, credit, bytes()])
  const child = spawn(process.execPath, ['-e', reserveAndWait, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  expect(line.toString().trim()).toBe('reserved')
  return child
}

describe('the owner of a database file', () => {
  const newPath = temporaryPaths()
  let child: ChildProcess | undefined
  afterEach(() => void child?.kill('SIGKILL'))

  it('is one process: another one is refused until the first is killed', async () => {
    const path = newPath()
    child = await startOwner(path)
    expect(() => createSqliteStore({ path })).toThrow(/Another server has the database .* open/)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = createSqliteStore({ path })
    const [taken] = await store.claimMessages(claim('second'))
    expect(taken).toMatchObject({ abandoned: true, credit: { ref: 'f1' } })
    await store.close()
  })

  it('is one store within a process, also under another name of the file', async () => {
    const path = newPath()
    const first = createSqliteStore({ path })
    const alias = join(dirname(path), 'alias.db')
    symlinkSync(path, alias)
    expect(() => createSqliteStore({ path })).toThrow(/stop that one first.*DATABASE_URL/)
    expect(() => createSqliteStore({ path: alias })).toThrow('Another server')
    await first.close()
    await createSqliteStore({ path: alias }).close()
  })
})
