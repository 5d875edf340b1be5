/** The mini-programs that this server keeps the book of. */
import type { Edition } from './ledger/rules.ts'

export interface ReachApp {
  readonly appId: string
  readonly secret: string
  /** The platform's rules of a time. Read at each use: the demo changes it while it runs. */
  readonly edition: Edition
  readonly pushToken?: string
  readonly pushAesKey?: string
  readonly pushMode?: 'plain' | 'compatible' | 'safe'
}
