import { theBook } from './0001-the-book.ts'

/** In the order in which they are applied. Only ever append. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '0001-the-book', sql: theBook },
]
