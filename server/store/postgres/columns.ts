/**
 * The values of a statement as a small table of one row or of many, so that one text serves both.
 */
import type { One, Value } from '../sql.ts'

/** Name → type, in the order in which `valuesOf…` returns the values. */
export type Columns<Row> = { readonly [Name in keyof Row]: string }

/** One row: each column is a value. */
export const oneRow = <Row>(columns: Columns<Row>): string => {
  const list = Object.entries<string>(columns).map(
    ([name, type], i) => `$${i + 1}::${type} AS ${name}`,
  )
  return `SELECT ${list.join(', ')}, 1 AS nth`
}

/**
 * Many rows: each column is a list. `nth` is the row's position, from 1.
 *
 * @param after how many other values come first; default: none
 */
export const manyRows = <Row>(columns: Columns<Row>, after = 0): string => {
  const types = Object.values<string>(columns).map((type, i) => `$${after + i + 1}::${type}[]`)
  const names = Object.keys(columns)
  return `SELECT * FROM unnest(${types.join(', ')})
    WITH ORDINALITY AS given (${names.join(', ')}, nth)`
}

export const valuesOfOne = <Row extends Record<keyof Row, One>>(
  columns: Columns<Row>,
  row: Row,
): Value[] => namesOf(columns).map((name) => row[name])

export const valuesOfMany = <Row extends Record<keyof Row, One>>(
  columns: Columns<Row>,
  rows: readonly Row[],
): Value[] => namesOf(columns).map((name) => rows.map((row) => row[name]))

const namesOf = <Row>(columns: Columns<Row>) => Object.keys(columns) as (keyof Row)[]
