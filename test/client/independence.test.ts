import { createContext, runInContext } from 'node:vm'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { describe, expect, it } from '@jest/globals'

const root = join(__dirname, '../..')
const { outputFiles, metafile } = buildSync({
  entryPoints: [join(root, 'server/client/index.ts')],
  absWorkingDir: root,
  bundle: true,
  minify: true,
  format: 'iife',
  globalName: 'client',
  platform: 'neutral',
  target: 'es2022',
  write: false,
  metafile: true,
  tsconfigRaw: {},
})
const text = outputFiles[0]!.text

describe('wx-reach-server/client', () => {
  it('is built of its own files alone, and is small', () => {
    const inputs = Object.keys(metafile.inputs)
    expect(inputs.filter((file) => !file.startsWith('server/client/'))).toEqual([])
    expect(gzipSync(text).length).toBeLessThan(3.75 * 1_024)
  })

  it('runs where there is nothing of Node.js, as in a worker', async () => {
    const credits = { credits: [], canReceive: {} }
    const worker = createContext({
      AbortSignal,
      Headers,
      URL,
      URLSearchParams,
      crypto,
      Uint8Array,
      setTimeout,
      clearTimeout,
      fetch: async () => Response.json(credits),
    })
    const asked = runInContext(
      `${text}
      client.createReachClient({ baseUrl: 'https://reach.example', apiKey: 'key' })
        .users.credits('alice-0001')`,
      worker,
    ) as Promise<unknown>
    expect(await asked).toEqual(credits)
  })
})
