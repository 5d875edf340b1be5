/** WeChat answers calls that hang, in whatever order, also those whose message is in other hands by now. */
import type { WechatReply } from '../../../server/wechat/http.ts'
import { answered, lost, noToken, notSent } from '../ledger-fixture.ts'
import type { Shown } from './admit.ts'
import type { LateReply, Life } from './life.ts'
import { answer, updateChannelState } from './messages.ts'
import type { ModelMessage, Next } from './messages.ts'
import { answerLate, answerOvertaken } from './overtaken.ts'
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

  const shown = those.flatMap((call) => after(life, call, word, platformIds.get(call)))
  reconcile(life, before, isLost ? [] : shown)
  return true
}

function lose(call: Call, earlier: LateReply[]): void {
  const late = new Promise<WechatReply<unknown>>((come) => {
    earlier.push({ holder: call.holder, come })
  })
  call.answer({ result: 'unknown', cause: new Error('time-out'), lateReply: late })
}

const platformIdOf = (life: Life, { text }: Call) =>
  text.length % 2 === 0 ? `platform ${life.next()}` : undefined

function after(life: Life, call: Call, word: string, platformId: string | undefined): Shown[] {
  const { model, pending } = life
  const { message, attempt, shown, probe, lost: earlier } = pending.get(call)!
  pending.delete(call)
  updateChannelState(model, message.lane, { word, shown, probe })
  const isLast = message.state === 'sending' && message.attempt === attempt
  const next = isLast
    ? answerLast(life, call, message, { word, platformId })
    : answerOvertaken(model, message, { word, shown, attempt, platformId })
  if (message.state === 'unknown') {
    life.awaited.push(...earlier.map((one) => ({ ...one, message, attempt, shown, probe })))
  }
  return next ? shownBy(message, next).map((one) => ({ ...one, probe, lost: earlier })) : []
}

function answerLast(
  { model, seen, system }: Life,
  call: Call,
  message: ModelMessage,
  { word, platformId }: { word: string; platformId: string | undefined },
): Next {
  seen.get(call.text)!.find((one) => one.call === call)!.answered = word
  const next = answer(model, message, word)
  if (answers[word] === 'sent') message.platformId = platformId ?? message.platformId
  // The lease of the next call is his, whoever had taken the message over.
  message.holder = call.holder
  message.leaseRuns = !isMortal(system.holders.findIndex(({ name }) => name === call.holder))
  return next
}

/** A reply that was given up comes after all, to who found the message unknown. */
export async function settleLateReply(
  life: Life,
  { reply, with: word, stopFails }: Extract<Step, { do: 'late' }>,
): Promise<boolean> {
  const { awaited, model, system } = life
  if (awaited.length === 0 || word === 'no token') return false
  const [late] = awaited.splice(reply % awaited.length, 1)
  const { message, attempt, shown, probe } = late!
  const platformId = `late ${life.next()}`
  const holder = system.holders.find(({ name }) => name === late!.holder)!
  if (stopFails) holder.failStops(stopFails)
  late!.come(replyOf(word, platformId) as WechatReply<unknown>)
  await system.quiet()
  holder.forget()
  updateChannelState(model, message.lane, { word, shown, probe })
  answerLate(model, message, { word, shown, attempt, platformId })
  return true
}
