/** WeChat answers calls that hang, in whatever order, also those whose message is in other hands by now. */
import { answered, lost, noToken, notSent } from '../book.ts'
import type { Shown } from './admit.ts'
import type { Life } from './life.ts'
import { answer, mindChannel } from './messages.ts'
import { answers } from './rules.ts'
import { begin, reconcile, shownBy } from './showing.ts'
import { isMortal } from './step.ts'
import type { Step } from './step.ts'
import type { Call } from './system.ts'

/** A word → what the ledger is told that WeChat answered. */
function replyOf(word: string, platformId: string | undefined) {
  if (word === 'lost') return lost
  if (word === 'not sent') return notSent
  if (word === 'no token') return noToken
  return { ...answered(Number(word)), body: platformId && { msgid: platformId } }
}

export async function answerCalls(
  life: Life,
  { calls, with: word, replyLost }: Extract<Step, { do: 'answer' }>,
): Promise<boolean> {
  const { system, model, pending } = life
  if (system.calls.length === 0) return false
  const all = [...new Set(calls.map((n) => system.calls[n % system.calls.length]!))]
  // What several of these do depends on their order.
  const isOrdered = replyLost || ['dead', 'shut', 'pause'].includes(answers[word]!)
  const those = isOrdered ? all.slice(0, 1) : all
  const holder = system.holders.findIndex(({ name }) => name === those[0]!.holder)
  const isLost = replyLost && isMortal(holder)
  system.calls = system.calls.filter((call) => !those.includes(call))
  const before = begin(life)
  if (isLost) system.holders[holder]!.loseReplyOf('settle')

  const platformIds = new Map(those.map((call) => [call, platformIdOf(life, call)]))
  for (const call of those) call.answer(replyOf(word, platformIds.get(call)))
  await system.quiet()
  if (isLost) system.holders[holder]!.forget()

  const next = those.flatMap((call): Shown[] => {
    const { message, attempt, shown, probe } = pending.get(call)!
    pending.delete(call)
    mindChannel(model, message.lane, { word, shown, probe })
    if (message.state !== 'sending' || message.attempt !== attempt) return []
    if (message.holder !== call.holder) return []
    life.seen.get(call.text)!.find((one) => one.call === call)!.answered = word
    const after = answer(model, message, word)
    if (answers[word] === 'sent') message.platformId = platformIds.get(call) ?? message.platformId
    return shownBy(message, after)
  })
  reconcile(life, before, isLost ? [] : next)
  return true
}

const platformIdOf = (life: Life, { text }: Call) =>
  text.length % 2 === 0 ? `platform ${life.next()}` : undefined
