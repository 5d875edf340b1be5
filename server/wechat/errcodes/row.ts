import type { RefusalCode } from '../../../shared/codes.ts'

/** The calls in which a code may mean something of its own. */
export type Call = 'send' | 'token' | 'signIn' | 'code'

/** What the answer does to a message and to the credit that it used. */
export type Outcome =
  'sent' | 'credit_bad' | 'message_bad' | 'not_permitted' | 'busy' | 'quota' | 'token_bad'

interface Described {
  /** A stable snake_case word. */
  meaning: string
  /** What the reader does next. */
  advice: string
  source: string
}

export type Meaning =
  | (Described & { outcome: 'sent' })
  | (Described & {
      outcome: Exclude<Outcome, 'sent'>
      /** The code of a message that ends here; `busy` and `credit_bad` only when nothing is left to try. */
      reason: RefusalCode
    })

/** A code, and what else it means in other calls. */
export type Row = Meaning & { in?: Partial<Record<Exclude<Call, 'send'>, Meaning>> }

export type Rows = Readonly<Record<number, Row>>
