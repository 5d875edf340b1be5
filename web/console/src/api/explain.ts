/** An error as the person at the screen reads it. */
import { ReachError, type FieldError, type WechatRefusal } from 'wx-reach-server/client'
import type { Language } from '../words/language.ts'
import { problemWords } from '../words/problem-words.ts'

export interface Explained {
  why: string
  next: string
  forbidden: boolean
  /** The server's own words, in English: they name the fields and values. */
  detail?: string
  errors?: readonly FieldError[]
  wechat?: WechatRefusal
  requestId?: string
}

export function explain(error: unknown, language: Language): Explained {
  const words = problemWords[language]
  if (!(error instanceof ReachError)) {
    const [why, next] = words.internal
    return { why, next, forbidden: false, detail: String(error) }
  }
  // A newer server may have codes that this page does not know.
  const [why, next] = words[error.code] ?? words.internal
  return {
    why,
    next,
    forbidden: error.code === 'forbidden',
    detail: error.message,
    ...(error.errors && { errors: error.errors }),
    ...(error.wechat && { wechat: error.wechat }),
    ...(error.requestId && { requestId: error.requestId }),
  }
}
