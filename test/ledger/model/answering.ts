/** WeChat answers open calls in any order, also those whose message another holder has by now. */
import type { WechatReply } from '../../../server/wechat/http.ts'
import { answered, lost, noToken, notSent } from '../ledger-fixture.ts'
import type { Presented } from './admit.ts'
import type { LateReply, Run } from './run.ts'
import { answer, callInTime, updateChannelState } from './messages.ts'
import type { Next } from './messages.ts'
import type { ModelMessage } from './state.ts'
import { answerLate, answerOvertaken } from './overtaken.ts'
import { answers } from './rules.ts'
import { begin, reconcile, presentedBy } from './presenting.ts'
import { canCrash } from './step.ts'
import type { Step } from './step.ts'
import type { Call } from './system.ts'

/** Makes WeChat's reply from the word that a step names. */
function replyOf(word: string, platformId: string | undefined) {
  if (word === 'lost') return lost
  if (word === 'not sent') return notSent
  if (word === 'no token') return noToken
  return { ...answered(Number(word)), body: platformId && { msgid: platformId } }
}

export async function answerCalls(
  run: Run,
  { calls, with: word, replyLost, suspensionFails }: Extract<Step, { do: 'answer' }>,
): Promise<boolean> {
  const { system, pending } = run
  if (system.calls.length === 0) return false
  const all = [...new Set(calls.map((n) => system.calls[n % system.calls.length]!))]
  // What several of these do depends on their order.
  const isOrdered = replyLost || ['dead', 'shut', 'pause'].includes(answers[word]!)
  const those = isOrdered ? all.slice(0, 1) : all
  const holder = system.holders.findIndex(({ name }) => name === those[0]!.holder)
  const isLost = replyLost && canCrash(holder)
  system.calls = system.calls.filter((call) => !those.includes(call))
  const before = begin(run)
  if (isLost) system.holders[holder]!.loseReplyOf('settle')
  if (suspensionFails) system.holders[holder]!.failSuspensions(suspensionFails)

  const platformIds = new Map(those.map((call) => [call, platformIdOf(run, call)]))
  for (const call of those) {
    if (word === 'lost') lose(call, pending.get(call)!.lost)
    else call.answer(replyOf(word, platformIds.get(call)))
  }
  await system.quiet()
  system.holders[holder]!.forget()

  const presented = those.flatMap((call) =>
    after(run, call, { word, isLost, platformId: platformIds.get(call) }),
  )
  reconcile(run, before, isLost ? [] : presented)
  return true
}

function lose(call: Call, earlier: LateReply[]): void {
  const late = new Promise<WechatReply<unknown>>((come) => {
    earlier.push({ holder: call.holder, come })
  })
  call.answer({ result: 'unknown', cause: new Error('time-out'), lateReply: late })
}

const platformIdOf = (run: Run, { text }: Call) =>
  text.length % 2 === 0 ? `platform ${run.next()}` : undefined

interface Outcome {
  word: string
  /** The database's reply to the settlement was lost: no call follows, and the lease stays. */
  isLost: boolean
  platformId: string | undefined
}

function after(run: Run, call: Call, outcome: Outcome): Presented[] {
  const { word, platformId } = outcome
  const { model, pending } = run
  const { message, attempt, presentations, probe, lost: earlier } = pending.get(call)!
  pending.delete(call)
  updateChannelState(model, message.lane, { word, presentations, probe })
  const isLast = message.state === 'sending' && message.attempt === attempt
  const next = isLast
    ? answerLast(run, call, message, outcome)
    : answerOvertaken(model, message, { word, presentations, attempt, platformId })
  if (message.state === 'unknown') {
    run.awaited.push(...earlier.map((one) => ({ ...one, message, attempt, presentations, probe })))
  }
  return next ? presentedBy(message, next).map((one) => ({ ...one, probe, lost: earlier })) : []
}

function answerLast(
  { model, seen, system }: Run,
  call: Call,
  message: ModelMessage,
  { word, isLost, platformId }: Outcome,
): Next {
  seen.get(call.text)!.find((one) => one.call === call)!.answered = word
  const next = answer(model, message, word)
  if (answers[word] === 'sent') message.platformId = platformId ?? message.platformId
  // The holder that called has the lease of the next call, even after a takeover.
  message.holder = call.holder
  message.leaseRuns = !canCrash(system.holders.findIndex(({ name }) => name === call.holder))
  return next === 'rests' || isLost ? next : callInTime(model, message, next)
}

/** A reply that was given up comes after all, to who found the message unknown. */
export async function settleLateReply(
  run: Run,
  { reply, with: word, suspensionFails }: Extract<Step, { do: 'late' }>,
): Promise<boolean> {
  const { awaited, model, system } = run
  if (awaited.length === 0 || word === 'no token') return false
  const [late] = awaited.splice(reply % awaited.length, 1)
  const { message, attempt, presentations, probe } = late!
  const platformId = `late ${run.next()}`
  const holder = system.holders.find(({ name }) => name === late!.holder)!
  if (suspensionFails) holder.failSuspensions(suspensionFails)
  late!.come(replyOf(word, platformId) as WechatReply<unknown>)
  await system.quiet()
  holder.forget()
  updateChannelState(model, message.lane, { word, presentations, probe })
  answerLate(model, message, { word, presentations, attempt, platformId })
  return true
}
