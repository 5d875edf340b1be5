/** What the card of a template shows: the lines of its content, with the data in them. */

import { exactTime } from '../words/time.ts'

export interface CardRow {
  /** As in the message's data: `keyword1`, `thing2`. */
  key: string
  /** Of the template; the key where the template is not known. */
  name: string
  value: string
  color?: string | undefined
}

export type CardData = Readonly<Record<string, { value: string; color?: string | undefined }>>

/** `购买地点{{keyword1.DATA}}`, with or without a colon. */
const line = /^(.*?)[:：]?\s*\{\{\s*(\w+)\.DATA\s*\}\}\s*$/

/**
 * The keywords of a template in the order of its content, with the values of the data. Data that
 * the template has no line for is not shown, as WeChat does not show it.
 *
 * @param content of the template; absent: the template is not known, and all data is shown
 */
export function cardRows(content: string | undefined, data: CardData = {}): CardRow[] {
  const lines = content?.split('\n').flatMap((text) => {
    const [, name, key] = line.exec(text) ?? []
    return name === undefined || key === undefined ? [] : [{ key, name: name.trim() || key }]
  })
  const known = lines ?? Object.keys(data).map((key) => ({ key, name: key }))
  return known.map(({ key, name }) => ({
    key,
    name,
    value: data[key]?.value ?? '',
    ...(data[key]?.color && { color: data[key].color }),
  }))
}

/** As WeChat writes the day of a template message below its title. */
export function cardDay(ms: number, zoneMinutes: number): string {
  const [, month, date] = exactTime(ms, zoneMinutes).slice(0, 10).split('-').map(Number)
  return `${month}月${date}日`
}

/** The examples of a template by key: `example` has a line for each line of `content`. */
export function cardExamples(content: string, example: string): Record<string, string> {
  const examples = example.split('\n').filter((text) => text.trim() !== '')
  return Object.fromEntries(
    cardRows(content).map(({ key, name }, n) => {
      const text = examples[n]?.trim() ?? ''
      const named = text.startsWith(name) ? text.slice(name.length) : text
      return [key, named.replace(/^\s*[:：]\s*/, '')]
    }),
  )
}
