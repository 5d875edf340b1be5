/** The columns of `<picker mode="date">` and `mode="time"`, between a start and an end. */
import type { Columns } from './columns.ts'

export type DatePart = 'year' | 'month' | 'day' | 'hour' | 'minute'

export interface DateRequest {
  parts: readonly DatePart[]
  /** As the platform writes them: `2018-09-01`, `2018-09`, `2018`, `12:30`. */
  value: string
  start: string
  end: string
  /** What is chosen at first where there is no value. */
  now: Date
  textOf(part: DatePart, value: number): string
}

export const timeParts: readonly DatePart[] = ['hour', 'minute']

const dateParts: readonly DatePart[] = ['year', 'month', 'day']

/** @param fields - `year`, `month` or `day`: the last column */
export const datePartsTo = (fields: string): readonly DatePart[] => {
  const last = dateParts.indexOf(fields as DatePart)
  return last < 0 ? dateParts : dateParts.slice(0, last + 1)
}

export function createDateColumns(request: DateRequest): Columns & { value(): string } {
  const { parts, textOf } = request
  const isTime = parts[0] === 'hour'
  const start = read(request.start, isTime) ?? (isTime ? [0, 0] : [1900, 1, 1])
  const end = read(request.end, isTime) ?? (isTime ? [23, 59] : [2100, 12, 31])
  let redraw = () => {}

  /** The least and the largest value of a column, where those before it have `values`. */
  function rangeOf(values: readonly number[], column: number): [first: number, last: number] {
    const isAt = (limit: readonly number[]) =>
      values.slice(0, column).every((value, n) => value === limit[n])
    const [least, most] = limitsOf(parts[column]!, values)
    const first = isAt(start) ? Math.max(least, start[column] ?? least) : least
    const last = isAt(end) ? Math.min(most, end[column] ?? most) : most
    return [first, Math.max(first, last)]
  }

  function clamp(values: readonly number[]): number[] {
    const clamped: number[] = []
    for (const column of parts.keys()) {
      const [first, last] = rangeOf(clamped, column)
      clamped.push(Math.min(last, Math.max(first, values[column] ?? first)))
    }
    return clamped
  }

  let chosen = clamp(read(request.value, isTime) ?? valuesOf(request.now, isTime))
  return {
    texts: () =>
      parts.map((part, column) => {
        const [first, last] = rangeOf(chosen, column)
        return Array.from({ length: last - first + 1 }, (_, n) => textOf(part, first + n))
      }),
    chosen: () => chosen.map((value, column) => value - rangeOf(chosen, column)[0]),
    choose(column, index) {
      const [first] = rangeOf(chosen, column)
      chosen = clamp(chosen.map((value, n) => (n === column ? first + index : value)))
      redraw()
    },
    onChange: (listener) => void (redraw = listener),
    value: () => chosen.map(twoDigits).join(isTime ? ':' : '-'),
  }
}

export const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** `undefined` where the text is no date or time. */
function read(text: string, isTime: boolean): number[] | undefined {
  const pattern = isTime ? /^\d{1,2}:\d{1,2}$/ : /^\d{4}([-/]\d{1,2}){0,2}$/
  return pattern.test(text) ? text.split(/\D/).map(Number) : undefined
}

const valuesOf = (now: Date, isTime: boolean): number[] =>
  isTime
    ? [now.getHours(), now.getMinutes()]
    : [now.getFullYear(), now.getMonth() + 1, now.getDate()]

function limitsOf(part: DatePart, [year = 0, month = 0]: readonly number[]): [number, number] {
  switch (part) {
    case 'year':
      return [1, 9999]
    case 'month':
      return [1, 12]
    case 'day':
      // Day 0 of the next month is the last of this one.
      return [1, new Date(year, month, 0).getDate()]
    case 'hour':
      return [0, 23]
    case 'minute':
      return [0, 59]
  }
}
