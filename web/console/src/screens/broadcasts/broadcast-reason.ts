/** Why a broadcast is held or paused, or why a recipient got nothing. */
import type { RefusalCode } from 'wx-reach-server/client'
import { refusalWords } from '../../words/refusal-words.ts'
import { language } from '../../words/language.ts'
import { broadcastWords } from './words.ts'

/** The code itself where a newer server has one that has no words here. */
export function nameOfReason(reason: string): string {
  const { holds } = broadcastWords[language.value]
  const { codes } = refusalWords[language.value]
  return holds[reason] ?? codes[reason as RefusalCode]?.name ?? reason
}
