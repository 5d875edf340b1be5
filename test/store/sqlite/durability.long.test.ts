/**
 * Killing a process does not simulate a power cut: only the system calls show whether a commit is
 * on the disk.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { temporaryPaths } from './folder.ts'

const recorder = join(__dirname, 'recorder.mjs')

/** The lines that a recording process prints, and each completed sync, in their order. */
function trace(path: string, groups: number, inGroup: number): string[] {
  const log = `${path}.strace`
  const watched = ['-f', '-qq', '-e', 'trace=write,fdatasync,fsync', '-e', 'signal=none', '-o', log]
  const command = [process.execPath, recorder, path, String(groups), String(inGroup)]
  execFileSync('strace', [...watched, ...command])
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const said = /\bwrite\(1, "(ready|acknowledged \d+)\\n"/.exec(line)
      if (said) return said[1]!
      // strace splits a call that another thread interrupts; its second part is the end.
      return /\bf(data)?sync\b.*= 0$/.test(line) ? 'synced' : []
    })
}

describe('a commit', () => {
  const newPath = temporaryPaths()

  it.each([
    [20, 1],
    [5, 16],
  ])(
    'is synced to the disk before it is acknowledged: %i groups of %i',
    (groups, inGroup) => {
      const events = trace(newPath(), groups, inGroup)
      const ready = events.indexOf('ready')
      expect(ready).toBeGreaterThanOrEqual(0)
      let before = ready
      for (let group = 0; group < groups; group++) {
        const said = events.indexOf(`acknowledged ${group}`)
        expect(events.slice(before + 1, said)).toContain('synced')
        before = said
      }
    },
    60_000,
  )
})
