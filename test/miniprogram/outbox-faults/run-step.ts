/** Runs one step on a phone, as its user, its system or its network would. */
import type { Reach } from '../../../miniprogram/client'
import type { EventAudit } from './event-audit'
import type { RunningLife, FaultyPhone } from './faulty-phone'
import type { Captured, Step } from './step'
import { applyDamage } from './storage-damage'

let made = 0

/** Calls handlers that the library has wrapped. An error of theirs would reach the page. */
function capture(what: Captured, reach: Reach, { life }: RunningLife): void {
  const n = ++made
  const tapped = () => {
    const content = reach.share(() => ({ title: '标题', path: `/pages/a?n=${n}` }))()
    if (!/_wxr=\w{16}$/.test(content.path)) throw new Error(`no share id in ${content.path}`)
    return content as typeof content & { success?(result: object): void }
  }
  if (what === 'form') {
    const result = reach.formSubmit(() => n)({ detail: { formId: `form-${n}`, value: {} } })
    if (result !== n) throw new Error('the handler of the page did not run')
  }
  if (what === 'payment') reach.payment(`prepay_id=wx${n}`)
  if (what === 'subscription') void reach.subscribe({ tmplIds: [`template-${n}`] }).catch(() => {})
  if (what === 'share') tapped()
  if (what === 'finish')
    tapped().success?.({ errMsg: 'shareAppMessage:ok', shareTickets: [`t${n}`] })
  if (what === 'arrival') {
    const query = { n: String(n), _wxr: `share-${String(n).padStart(10, '0')}` }
    life.show({ path: 'pages/a', query, scene: 1044, shareTicket: `ticket-${n}` })
  }
}

async function act(step: Step, faulty: FaultyPhone, audit: EventAudit): Promise<void> {
  const running = faulty.currentLife()
  const { life, interruptible, copies } = running
  const { clock, storage } = faulty.phone
  life.wx.results.requestSubscribeMessage = ({ tmplIds }: { tmplIds: string[] }) =>
    Object.fromEntries(tmplIds.map((id) => [id, 'accept']))
  switch (step.do) {
    case 'capture':
      for (let i = 0; i < step.times && !interruptible.ended; i++) {
        // Taps closer together than half a second are one share.
        if (step.what === 'share' || step.what === 'finish') await clock.advance(600)
        // A plugin's copy sees no launch of the app.
        const copy = step.what === 'arrival' ? 0 : step.copy
        capture(step.what, copies[copy], running)
        // The result of a subscription comes in a later microtask.
        if (step.what === 'subscription') await clock.settle()
        else audit.checkCaptured(copy)
      }
      break
    case 'flush':
      void copies[step.copy].flush()
      break
    case 'wait':
      await clock.advance(step.ms)
      break
    case 'hide':
    case 'show':
      life[step.do]()
      break
    case 'kill':
      interruptible.end()
      break
    case 'online':
      life.setOnline(step.online)
      break
    case 'endAt':
      interruptible.endAt(step.point)
      break
    case 'refuse':
      interruptible.refuse(step.writes)
      break
    case 'room':
      storage.limitTo(step.bytes)
      break
    case 'storage':
      storage.broken = step.broken
      break
    case 'damage':
      audit.allowDamage(() => applyDamage(step.damage, storage))
      break
    case 'jump':
      clock.jump(step.ms)
      break
    case 'faults':
      faulty.faults.push(...step.faults)
      break
    default:
      step satisfies never
  }
}

export async function runAndCheck(
  step: Step,
  faulty: FaultyPhone,
  audit: EventAudit,
): Promise<void> {
  await act(step, faulty, audit)
  audit.check()
  await faulty.phone.clock.settle()
  audit.check()
}

async function deliverAll(faulty: FaultyPhone): Promise<void> {
  const { clock } = faulty.phone
  const { life, copies } = faulty.currentLife()
  life.show()
  life.setOnline(true)
  await clock.advance(7_300_000)
  for (const reach of copies) await Promise.race([reach.flush(), clock.advance(60_000)])
}

/** Ends all faults, and waits longer than the longest backoff. */
export async function recover(faulty: FaultyPhone): Promise<void> {
  const { storage } = faulty.phone
  faulty.faults.length = 0
  storage.broken = false
  storage.limitTo(10_000_000)
  const { interruptible } = faulty.currentLife()
  interruptible.endAt(Infinity)
  interruptible.refuse(0)
  await deliverAll(faulty)
  const left = faulty.stored()
  // A server that reports a stale session for an event has groups resolved in it.
  if (!left.length || !left.every((event) => 'group' in event || 'groups' in event)) return
  // After jumps of the clock an event of an earlier life may have a time in this life, as if the
  // other copy had just captured it.
  interruptible.end()
  await deliverAll(faulty)
}
