/** A file of recipients, in parts that the server takes. */

/** Below the server's 2 MB. */
const partBytes = 1_900_000

export const formatOf = (fileName: string): 'csv' | 'ndjson' =>
  /\.csv$/i.test(fileName) ? 'csv' : 'ndjson'

/**
 * Whole lines, so many as fit; the head of a CSV stands in each part. A line that is larger than a
 * part is a part of its own, which the server refuses by name. Reads the file piece by piece.
 *
 * @yields the bytes of a part, and how many lines of the file lie before its first line
 */
export async function* partsOf(
  file: Blob,
  format: 'csv' | 'ndjson',
  size = partBytes,
): AsyncGenerator<{ bytes: Uint8Array<ArrayBuffer>; linesBefore: number }> {
  const headBytes = format === 'csv' ? await lineEnd(file, 0, size) : 0
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  let linesBefore = 0
  for (let from = headBytes; from < file.size;) {
    const room = size - headBytes
    const until = file.size - from <= room ? file.size : await lastLineEnd(file, from, room)
    const body = new Uint8Array(await file.slice(from, until).arrayBuffer())
    const bytes = new Uint8Array(headBytes + body.length)
    bytes.set(head)
    bytes.set(body, headBytes)
    yield { bytes, linesBefore }
    linesBefore += body.reduce((lines, byte) => (byte === newline ? lines + 1 : lines), 0)
    from = until
  }
}

const newline = 10

/** Behind the last line that ends within `room` bytes, else behind the line that `from` begins. */
async function lastLineEnd(file: Blob, from: number, room: number): Promise<number> {
  const piece = new Uint8Array(await file.slice(from, from + room).arrayBuffer())
  const end = piece.lastIndexOf(newline)
  return end === -1 ? lineEnd(file, from + room, room) : from + end + 1
}

async function lineEnd(file: Blob, from: number, step: number): Promise<number> {
  for (let at = from; at < file.size; at += step) {
    const end = new Uint8Array(await file.slice(at, at + step).arrayBuffer()).indexOf(newline)
    if (end !== -1) return at + end + 1
  }
  return file.size
}
