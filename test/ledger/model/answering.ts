/** Replies to open calls, in any order, also after a takeover of the message. */
import type { WechatReply } from '../../../server/wechat/http.ts'
import { answered, lost, noToken, notSent } from '../ledger-fixture.ts'
import type { Presented } from './admit.ts'
import { applyReply, callInTime, updateChannelState, type Next } from './messages.ts'
import { begin, reconcile, presentedBy } from './presenting.ts'
import { meanings } from './rules.ts'
import type { LateReply, Run } from './run.ts'
import type { ModelMessage } from './state.ts'
import { canCrash, type Step } from './step.ts'
import type { Call } from './system.ts'
import { applyLateReply, applyReplyAfterTakeover } from './takeover.ts'

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
  // The result of several such replies depends on their order: only one is given.
  const isOrdered = replyLost || ['dead', 'shut', 'pause'].includes(meanings[word]!)
  const those = isOrdered ? all.slice(0, 1) : all
  const holder = system.holders.findIndex(({ name }) => name === those[0]!.holder)
  const isLost = replyLost && canCrash(holder)
  system.calls = system.calls.filter((call) => !those.includes(call))
  const before = begin(run)
  if (isLost) system.holders[holder]!.loseReplyOf('settle')
  if (suspensionFails) system.holders[holder]!.failSuspensions(suspensionFails)

  const platformIds = new Map(those.map((call) => [call, platformIdOf(run, call)]))
  for (const call of those) {
    if (word === 'lost') timeOut(call, pending.get(call)!.timedOut)
    else call.answer(replyOf(word, platformIds.get(call)))
  }
  await system.idle()
  system.holders[holder]!.cancelFaults()

  const presented = those.flatMap((call) =>
    after(run, call, { word, isLost, platformId: platformIds.get(call) }),
  )
  reconcile(run, before, isLost ? [] : presented)
  return true
}

function timeOut(call: Call, timedOut: LateReply[]): void {
  const late = new Promise<WechatReply<unknown>>((arrive) => {
    timedOut.push({ holder: call.holder, arrive })
  })
  call.answer({ result: 'unknown', cause: new Error('time-out'), lateReply: late })
}

const platformIdOf = (run: Run, { text }: Call) =>
  text.length % 2 === 0 ? `platform ${run.next()}` : undefined

interface Reply {
  word: string
  /** The database's reply to `settle` was lost: no call follows, and the lease stays. */
  isLost: boolean
  platformId: string | undefined
}

function after(run: Run, call: Call, reply: Reply): Presented[] {
  const { word, platformId } = reply
  const { model, pending } = run
  const { message, attempt, presentations, probe, timedOut } = pending.get(call)!
  pending.delete(call)
  updateChannelState(model, message.scope, { word, presentations, probe })
  const isCurrent = message.state === 'sending' && message.attempt === attempt
  const next = isCurrent
    ? applyCurrentReply(run, call, message, reply)
    : applyReplyAfterTakeover(model, message, { word, presentations, attempt, platformId })
  if (message.state === 'unknown') {
    run.awaited.push(...timedOut.map((one) => ({ ...one, message, attempt, presentations, probe })))
  }
  return next ? presentedBy(message, next).map((one) => ({ ...one, probe, timedOut })) : []
}

function applyCurrentReply(
  { model, callsByText, system }: Run,
  call: Call,
  message: ModelMessage,
  { word, isLost, platformId }: Reply,
): Next {
  callsByText.get(call.text)!.find((one) => one.call === call)!.answered = word
  const next = applyReply(model, message, word)
  if (meanings[word] === 'sent') message.platformId = platformId ?? message.platformId
  // The holder that called gets the lease of the next call, even after a takeover.
  message.holder = call.holder
  message.leaseRuns = !canCrash(system.holders.findIndex(({ name }) => name === call.holder))
  return next === 'no call' || isLost ? next : callInTime(model, message, next)
}

/** The reply of a call that timed out arrives late; the message is unknown by then. */
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
  late!.arrive(replyOf(word, platformId) as WechatReply<unknown>)
  await system.idle()
  holder.cancelFaults()
  updateChannelState(model, message.scope, { word, presentations, probe })
  applyLateReply(model, message, { word, presentations, attempt, platformId })
  return true
}
