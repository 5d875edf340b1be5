import { pushLimits } from './settings.ts'

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gs

/**
 * The fields of a JSON push, or `undefined`. A top-level `MsgId` that is a number becomes its own text: it goes beyond
 * 2^53, and two neighbours that JSON.parse rounds to one would count as the same message.
 */
export function readJson(source: string): Record<string, unknown> | undefined {
  let fields: unknown
  try {
    fields = JSON.parse(source)
  } catch {
    return undefined
  }
  if (!isObject(fields)) return undefined
  const { depth, msgId } = scan(source)
  if (depth > pushLimits.depth) return undefined
  return typeof fields.MsgId === 'number' ? { ...fields, MsgId: msgId } : fields
}

/**
 * Walks the tokens of a text that JSON.parse has accepted, so that none is broken. Strings are whole tokens, hence a MsgId
 * inside a message's text is not taken; of a key that comes twice the last counts, as in JSON.parse.
 */
function scan(source: string): { depth: number; msgId: string | undefined } {
  let level = 0
  let depth = 0
  let previous = ''
  let key = ''
  let msgId: string | undefined
  for (const [current] of source.matchAll(token)) {
    if (level === 1 && previous === ':' && key === 'MsgId') msgId = current
    if (current === '{' || current === '[') depth = Math.max(depth, ++level)
    else if (current === '}' || current === ']') level--
    else if (current === ':' && level === 1) key = String(JSON.parse(previous))
    previous = current
  }
  return { depth, msgId }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
