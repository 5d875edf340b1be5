/**
 * What the suites of a run log, and the secrets that they use. Each process appends to files of its
 * own; after the last suite `search.ts` looks for the secrets in the log.
 */
import { appendFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Its name reaches the processes of the suites by their environment. */
export const folderOf = (env: NodeJS.ProcessEnv) => env.TEST_COLLECTED || undefined

/** Before the first suite. The processes of the suites inherit the environment. */
export function beginCollecting(): void {
  process.env.TEST_COLLECTED ||= mkdtempSync(join(tmpdir(), 'wx-reach-logs-'))
}

export const collectLine = (line: string): void => append('line', line)

/** Longer values are ciphertexts and hostile texts, which no line holds whole. */
const maxSecret = 1_024

export function collectSecret(secret: string): void {
  if (secret.length <= maxSecret) append('secret', secret)
}

export type Collected = [kind: 'line' | 'secret', text: string]

function append(kind: Collected[0], text: string): void {
  const folder = folderOf(process.env)
  if (folder === undefined) return
  const one: Collected = [kind, text]
  appendFileSync(join(folder, String(process.pid)), `${JSON.stringify(one)}\n`)
}
