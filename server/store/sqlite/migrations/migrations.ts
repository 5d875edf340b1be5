import { theBook } from './0001-the-book.ts'
import { pushes } from './0002-pushes.ts'
import { codesAndMedia } from './0003-codes-and-media.ts'
import { tokens } from './0004-tokens.ts'
import { turns } from './0005-turns.ts'
import { forcedTokens } from './0006-forced-tokens.ts'
import { handedOver } from './0007-handed-over.ts'

/** In the order in which they are applied. Only ever append. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '0001-the-book', sql: theBook },
  { name: '0002-pushes', sql: pushes },
  { name: '0003-codes-and-media', sql: codesAndMedia },
  { name: '0004-tokens', sql: tokens },
  { name: '0005-turns', sql: turns },
  { name: '0006-forced-tokens', sql: forcedTokens },
  { name: '0007-handed-over', sql: handedOver },
]
