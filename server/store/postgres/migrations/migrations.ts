import { theBook } from './0001-the-book.ts'
import { turns } from './0002-turns.ts'
import { forcedTokens } from './0003-forced-tokens.ts'

/** In the order in which they are applied. Only ever append. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '0001-the-book', sql: theBook },
  { name: '0002-turns', sql: turns },
  { name: '0003-forced-tokens', sql: forcedTokens },
]
