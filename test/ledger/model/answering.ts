/** WeChat answers calls that hang, in whatever order, also those whose message is in other hands by now. */
import type { Reply } from '../../../server/wechat/reply.ts'
import { answered, lost, noToken, notSent } from '../book.ts'
import type { Shown } from './admit.ts'
import type { LateReply, Life } from './life.ts'
import { answer, answerLate, mindChannel } from './messages.ts'
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
  { calls, with: word, replyLost, stopFails }: Extract<Step, { do: 'answer' }>,
): Promise<boolean> {
  const { system, pending } = life
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
  if (stopFails) system.holders[holder]!.failStops(stopFails)

  const platformIds = new Map(those.map((call) => [call, platformIdOf(life, call)]))
  for (const call of those) {
    if (word === 'lost') lose(call, pending.get(call)!.lost)
    else call.answer(replyOf(word, platformIds.get(call)))
  }
  await system.quiet()
  system.holders[holder]!.forget()

  const shown = those.flatMap((call) => {
    const next = after(life, call, word, platformIds.get(call))
    // Who does not hear that he settled it listens no more.
    if (isLost) life.awaited = life.awaited.filter(({ message }) => message.text !== call.text)
    return next
  })
  reconcile(life, before, isLost ? [] : shown)
  return true
}

function lose(call: Call, earlier: LateReply[]): void {
  const late = new Promise<Reply<unknown>>((come) => {
    earlier.push({ holder: call.holder, come })
  })
  call.answer({ fate: 'unknown', cause: new Error('time-out'), late })
}

const platformIdOf = (life: Life, { text }: Call) =>
  text.length % 2 === 0 ? `platform ${life.next()}` : undefined

function after(life: Life, call: Call, word: string, platformId: string | undefined): Shown[] {
  const { model, pending } = life
  const { message, attempt, shown, probe, lost: earlier } = pending.get(call)!
  pending.delete(call)
  mindChannel(model, message.lane, { word, shown, probe })
  if (message.state !== 'sending' || message.attempt !== attempt) return []
  if (message.holder !== call.holder) return []
  life.seen.get(call.text)!.find((one) => one.call === call)!.answered = word
  const next = answer(model, message, word)
  if (answers[word] === 'sent') message.platformId = platformId ?? message.platformId
  if (message.state === ('unknown' as string)) {
    life.awaited.push(...earlier.map((one) => ({ ...one, message, shown, probe })))
  }
  return shownBy(message, next).map((one) => ({ ...one, lost: earlier }))
}

/** A reply that was given up comes after all, to who made the message unknown. */
export async function hearLate(
  life: Life,
  { reply, with: word, stopFails }: Extract<Step, { do: 'late' }>,
): Promise<boolean> {
  const { awaited, model, system } = life
  if (awaited.length === 0 || word === 'no token') return false
  const [late] = awaited.splice(reply % awaited.length, 1)
  const { message, shown, probe } = late!
  const platformId = `late ${life.next()}`
  const holder = system.holders.find(({ name }) => name === late!.holder)!
  if (stopFails) holder.failStops(stopFails)
  late!.come(replyOf(word, platformId) as Reply<unknown>)
  await system.quiet()
  holder.forget()
  mindChannel(model, message.lane, { word, shown, probe })
  if (message.state === 'unknown') answerLate(model, message, { word, shown, platformId })
  return true
}
