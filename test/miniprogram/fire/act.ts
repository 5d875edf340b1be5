/** Does one step to a phone, as its user, its system or its network would. */
import { inflict } from './damage'
import type { Book } from './book'
import type { Living, PhoneUnderFire } from './phone'
import type { Captured, Step } from './step'
import type { Reach } from '../../../miniprogram/client'

let made = 0

/** Handlers of the page as the library wrapped them. What they throw would be thrown at the page. */
function capture(what: Captured, reach: Reach, { life }: Living): void {
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

async function act(step: Step, fire: PhoneUnderFire, book: Book): Promise<void> {
  const living = fire.living()
  const { life, mortal, copies } = living
  const { clock, storage } = fire.phone
  life.wx.results.requestSubscribeMessage = ({ tmplIds }: { tmplIds: string[] }) =>
    Object.fromEntries(tmplIds.map((id) => [id, 'accept']))
  switch (step.do) {
    case 'capture':
      for (let i = 0; i < step.times && !mortal.dead; i++) {
        // Taps closer together than half a second are one share.
        if (step.what === 'share' || step.what === 'finish') await clock.advance(600)
        // A plugin's copy sees no launch of the app.
        const copy = step.what === 'arrival' ? 0 : step.copy
        capture(step.what, copies[copy], living)
        // The answer to a subscription comes in a later turn.
        if (step.what === 'subscription') await clock.settle()
        else book.checkCaptured(copy)
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
      mortal.die()
      break
    case 'online':
      life.setOnline(step.online)
      break
    case 'dieAt':
      mortal.dieAt(step.point)
      break
    case 'refuse':
      mortal.refuse(step.writes)
      break
    case 'room':
      storage.limitTo(step.bytes)
      break
    case 'storage':
      storage.broken = step.broken
      break
    case 'damage':
      book.excuseDamaged(() => inflict(step.damage, storage))
      break
    case 'jump':
      clock.jump(step.ms)
      break
    case 'faults':
      fire.faults.push(...step.faults)
      break
    default:
      step satisfies never
  }
}

export async function actAndCheck(step: Step, fire: PhoneUnderFire, book: Book): Promise<void> {
  await act(step, fire, book)
  book.check()
  await fire.phone.clock.settle()
  book.check()
}

async function bringAway(fire: PhoneUnderFire): Promise<void> {
  const { clock } = fire.phone
  const { life, copies } = fire.living()
  life.show()
  life.setOnline(true)
  await clock.advance(7_300_000)
  for (const reach of copies) await Promise.race([reach.flush(), clock.advance(60_000)])
}

/** Everything is well again, for as long as the slowest patience lasts. */
export async function calm(fire: PhoneUnderFire): Promise<void> {
  const { storage } = fire.phone
  fire.faults.length = 0
  storage.broken = false
  storage.limitTo(10_000_000)
  const { mortal } = fire.living()
  mortal.dieAt(Infinity)
  mortal.refuse(0)
  await bringAway(fire)
  const left = fire.stored()
  // A server that calls the session of any event stale has groups put into that one.
  if (!left.length || !left.every((event) => 'group' in event || 'groups' in event)) return
  // A clock that jumped to and fro dates what an earlier life has left into this one, as if the other copy had just seen it.
  mortal.die()
  await bringAway(fire)
}
