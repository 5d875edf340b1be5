/** Recipients of an upload: JSON, a line each, or CSV with a head. A bad line stops no other. */
import { recipientLines } from '../rules/broadcasts.ts'
import { maxPagePath } from '../rules/values.ts'
import { isObject } from '../runtime/encoding.ts'
import { pageProblem } from '../verify/page-path.ts'
import { isValue } from '../verify/values.ts'
import { isFieldName, nameRule, type Fields } from './fields.ts'
import { splitLines } from './split-lines.ts'

export interface Recipient {
  openId: string
  /** Fills the fields of the broadcast's texts. */
  data: Fields
  /** Default: the page of the broadcast. */
  page?: string
}

/** `line` counts from 1, as editors do; the head of a CSV is a line, too. */
export type RecipientLine = { line: number } & ({ recipient: Recipient } | { problem: string })

export type RecipientFormat = 'ndjson' | 'csv'

const { maxFields, maxFieldCharacters } = recipientLines

/**
 * The recipients in the order of the upload, and what is wrong with the other lines.
 *
 * CSV: as RFC 4180, with commas, and without line breaks in values, which no message may hold. The
 * head names `openId`, `page` if there is one, and the fields.
 */
export async function* readRecipients(
  format: RecipientFormat,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<RecipientLine> {
  let parse: ((text: string) => unknown) | undefined = format === 'ndjson' ? parseJson : undefined
  for await (const { number: line, ...given } of splitLines(chunks)) {
    try {
      if ('problem' in given) throw new LineError(given.problem)
      if (parse) yield { line, recipient: checked(parse(given.text)) }
      else parse = rowParser(given.text)
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      yield { line, problem: error.message }
      // Without a head no row can be read.
      if (!parse) return
    }
  }
}

class LineError extends Error {
  override readonly name = 'LineError'
}

/** Of what was sent, as much as a person needs to find it. */
const quoted = (text: string) => JSON.stringify(text.slice(0, 40))

function checkName(name: string): void {
  if (!isFieldName(name)) {
    throw new LineError(`${quoted(name)} is no name of a field, which is ${nameRule}`)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new LineError('is not JSON')
  }
}

function checked(value: unknown): Recipient {
  if (!isObject(value)) throw new LineError('must be an object')
  const { openId, data = {}, page, ...others } = value
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new LineError(`${quoted(unknown)} is not a known field`)
  if (openId === undefined) throw new LineError('openId is missing')
  if (!isValue('openId', openId)) throw new LineError('openId is none of WeChat')
  if (!isObject(data)) throw new LineError('data must be an object')
  const fields = Object.entries(data)
  if (fields.length > maxFields) throw new LineError(`data has more than ${maxFields} fields`)
  for (const [name, text] of fields) {
    checkName(name)
    if (typeof text !== 'string') throw new LineError(`data.${name} must be a string`)
    if (text.length > maxFieldCharacters) {
      throw new LineError(`data.${name} is longer than ${maxFieldCharacters} characters`)
    }
  }
  if (page === undefined) return { openId, data: data as Fields }
  if (typeof page !== 'string') throw new LineError('page must be a string')
  const problem =
    page.length > maxPagePath ? `is longer than ${maxPagePath} characters` : pageProblem(page)
  if (problem !== undefined) throw new LineError(`page ${problem}`)
  return { openId, data: data as Fields, page }
}

/** @param head the first line of a CSV */
function rowParser(head: string): (row: string) => unknown {
  const names = splitRow(head)
  if (!names.includes('openId')) throw new LineError('the head names no openId')
  for (const name of names) if (name !== 'openId' && name !== 'page') checkName(name)
  const twice = names.find((name, n) => names.indexOf(name) !== n)
  if (twice !== undefined) throw new LineError(`the head names ${quoted(twice)} twice`)
  return (row) => {
    const values = splitRow(row)
    if (values.length !== names.length) {
      throw new LineError(`has ${values.length} values, and the head ${names.length}`)
    }
    const { openId, page, ...data } = Object.fromEntries(names.map((name, n) => [name, values[n]!]))
    return { openId, data, ...(page && { page }) }
  }
}

/** A value with quotes, or one without any, and the comma or the end behind it. */
const csvValue = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y

function splitRow(row: string): string[] {
  const values: string[] = []
  csvValue.lastIndex = 0
  for (;;) {
    const found = csvValue.exec(row)
    if (!found) throw new LineError('has a quote that does not end, or one within a value')
    values.push(found[1]?.replaceAll('""', '"') ?? found[2]!)
    if (found[3] === '') return values
  }
}
