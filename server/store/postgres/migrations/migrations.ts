import { theBook } from './0001-the-book.ts'
import { turns } from './0002-turns.ts'
import { forcedTokens } from './0003-forced-tokens.ts'
import { handedOver } from './0004-handed-over.ts'

/** In the order in which they are applied. Only ever append. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '0001-the-book', sql: theBook },
  { name: '0002-turns', sql: turns },
  { name: '0003-forced-tokens', sql: forcedTokens },
  { name: '0004-handed-over', sql: handedOver },
]
