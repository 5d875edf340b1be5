/** Lines of an upload, one after the other, so that its size takes no memory. */
import { setImmediate } from 'node:timers/promises'
import { recipientLines } from '../rules/broadcasts.ts'

/** `problem`: the line is too long, or not UTF-8. */
export type Line = { number: number } & ({ text: string } | { problem: string })

const lineFeed = 0x0a
const { maxBytes, linesPerTurn, bytesPerTurn } = recipientLines

/**
 * Lines end with LF or CRLF. Empty ones count, and are left out. A byte order mark is taken off.
 * Other requests go on between some lines and the next.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Line> {
  let number = 1
  let kept: Uint8Array[] = []
  let bytes = 0
  let ofTurn = { lines: 0, bytes: 0 }

  /** Bytes beyond the limit are counted and forgotten. */
  function keep(piece: Uint8Array): void {
    if (bytes <= maxBytes) kept.push(piece)
    bytes += piece.length
  }

  function end(): Line | undefined {
    const line = read(number, bytes, kept)
    number += 1
    kept = []
    bytes = 0
    return line
  }

  for await (const chunk of chunks) {
    let from = 0
    for (let at; (at = chunk.indexOf(lineFeed, from)) !== -1; from = at + 1) {
      keep(chunk.subarray(from, at))
      ofTurn.lines += 1
      ofTurn.bytes += bytes
      const line = end()
      if (line) yield line
      if (ofTurn.lines < linesPerTurn && ofTurn.bytes < bytesPerTurn) continue
      ofTurn = { lines: 0, bytes: 0 }
      await setImmediate()
    }
    if (from < chunk.length) keep(chunk.subarray(from))
  }
  const last = bytes > 0 ? end() : undefined
  if (last) yield last
}

function read(number: number, bytes: number, pieces: Uint8Array[]): Line | undefined {
  if (bytes > maxBytes) return { number, problem: `is longer than ${maxBytes} bytes` }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: number > 1 })
      .decode(Buffer.concat(pieces))
      .replace(/\r$/, '')
    return text.trim() === '' ? undefined : { number, text }
  } catch {
    return { number, problem: 'is not UTF-8' }
  }
}
