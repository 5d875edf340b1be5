import type { Log } from '../../../server/runtime/world.ts'
import { collectLine } from './collected.ts'

interface RecordedLog extends Log {
  /** Each line with all that hangs on it: errors with stack, cause and fields. */
  lines: string[]
}

export function createRecordedLog(): RecordedLog {
  const lines: string[] = []
  const write = (level: string) => (fields: object, message: string) => {
    const line = JSON.stringify({ level, ...fields, msg: message }, withErrors)
    lines.push(line)
    collectLine(line)
  }
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

/** JSON leaves out what an error says (its stack begins with its message); a logger does not. */
function withErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { stack, cause } = value
  return { ...value, stack, cause }
}
