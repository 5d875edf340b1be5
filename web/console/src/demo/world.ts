/** The people of the demo, what is on their phones, and what they do. */
import { ref, shallowRef } from 'vue'
import { findSession } from '../api/session.ts'
import { setClockAhead } from '../ui/now.ts'
import { createPhone, type Phone } from './phone.ts'
import { sandbox, type InboxMessage, type SandboxTemplate } from './sandbox.ts'

export const people = ['alice', 'bob', 'carol'] as const
export type Person = (typeof people)[number]

/** The group that all of them are in: its name at the sandbox. */
const group = 'family'
const sharedPage = 'pages/index/index'

export interface OwnMessage {
  at: string
  text: string
}

/** A card in the chat of the group. */
export interface SharedCard {
  shareId: string
  by: Person
  at: string
}

export interface ScannableCode {
  at: string
  scene?: string
  path?: string
}

export interface Scanned {
  payload?: unknown
  shareId?: string
  path?: string
  scene?: string
}

const perPerson = <Value>(make: () => Value) =>
  Object.fromEntries(people.map((person) => [person, make()])) as Record<Person, Value>

const phones: Record<Person, Phone> = Object.fromEntries(
  people.map((person) => [person, createPhone(person)]),
) as Record<Person, Phone>

const list = ref(perPerson<InboxMessage[]>(() => []))
const written = ref(perPerson<OwnMessage[]>(() => []))
const cards = ref<SharedCard[]>([])
const known = shallowRef<readonly SandboxTemplate[]>([])
/** The platform's clock ahead of this machine's. */
const ahead = ref(0)
const problem = ref<string>()
const doing = ref(false)

export const world = { inboxes: list, written, cards, templates: known, ahead, problem, doing }

/** So that a newcomer finds one when the rules of 2026 are chosen. */
const exampleTemplate = {
  templateId: 'b3JkZXItc2hpcHBlZC1yZW1pbmRlci1vZi10aGUtZGVt',
  channel: 'subscribe',
  title: '订单发货提醒',
  keywords: [
    { name: '商品名称', example: '咖啡', key: 'thing1' },
    { name: '订单金额', example: '¥28.00', key: 'amount2' },
    { name: '发货时间', example: '2026年12月1日 10:00', key: 'time3' },
    { name: '快递单号', example: 'SF1234567890', key: 'character_string4' },
  ],
}

/** Runs an act; what goes wrong stands in the world's problem until the next one. */
async function act<Value>(run: () => Promise<Value>): Promise<Value | undefined> {
  doing.value = true
  problem.value = undefined
  try {
    return await run()
  } catch (error) {
    problem.value = error instanceof Error ? error.message : String(error)
    return undefined
  } finally {
    doing.value = false
  }
}

let begun: Promise<void> | undefined

/** Makes the people known to the sandbox and reads what it has. */
export function beginWorld(): Promise<void> {
  begun ??= begin()
  return begun
}

async function begin(): Promise<void> {
  await act(async () => {
    for (const person of people) await sandbox.addUser(person)
    await readClock(0)
    await readTemplates()
    await readInboxes()
  })
  if (problem.value !== undefined) begun = undefined
}

async function readClock(advanceMs: number): Promise<void> {
  const { now } = await sandbox.advance(advanceMs)
  ahead.value = Date.parse(now) - Date.now()
  setClockAhead(ahead.value)
}

async function readTemplates(): Promise<void> {
  known.value = await sandbox.templates()
}

export const subscribeTemplates = () => known.value.filter(({ channel }) => channel === 'subscribe')

/** Those that are new since the last time have arrived meanwhile. */
export async function readInboxes(): Promise<void> {
  const inboxes = await Promise.all(people.map((person) => sandbox.inbox(person)))
  for (const [n, person] of people.entries()) {
    const before = list.value[person]
    if (inboxes[n]!.length !== before.length) list.value[person] = inboxes[n]!
  }
  const ids = Object.values(list.value).flat()
  const missing = ids.some(({ body }) => {
    const { template_id: id } = body
    return id !== undefined && !known.value.some(({ templateId }) => templateId === id)
  })
  if (missing) await readTemplates()
}

export const submitForm = (person: Person) =>
  act(async () => {
    await phones[person].ready()
    const { formId } = await sandbox.submitForm(person)
    await phones[person].send({ type: 'form.submitted', formId, page: 'pages/form/form' })
  })

export const pay = (person: Person) =>
  act(async () => {
    await phones[person].ready()
    const { prepayId } = await sandbox.pay(person)
    await phones[person].send({ type: 'payment.made', prepayId })
  })

/** Of the panel that asks: all its templates at once, as in WeChat. */
export const answerPanel = (person: Person, answers: Record<string, 'accept' | 'reject'>) =>
  act(async () => {
    await phones[person].ready()
    for (const [templateId, answer] of Object.entries(answers)) {
      await sandbox.answer(person, templateId, answer)
    }
    await phones[person].send({ type: 'subscription.answered', answers })
  })

/** The templates that the panel asks for: one is made where the account has none. */
export const openPanel = () =>
  act(async () => {
    await readTemplates()
    if (subscribeTemplates().length > 0) return subscribeTemplates()
    await sandbox.addTemplate(exampleTemplate)
    await readTemplates()
    return subscribeTemplates()
  })

export const write = (person: Person, text: string) =>
  act(async () => {
    written.value[person].push({ at: platformNow(), text })
    await sandbox.write(person, text)
  })

export const enter = (person: Person) => act(() => sandbox.enter(person))

export const share = (person: Person) =>
  act(async () => {
    const shareId = crypto.randomUUID()
    const { parent } = phones[person]
    await phones[person].send({
      type: 'share.started',
      shareId,
      page: sharedPage,
      path: `/${sharedPage}`,
      from: 'menu',
      ...(parent !== undefined && { parentShareId: parent }),
    })
    cards.value.push({ shareId, by: person, at: platformNow() })
  })

/** @returns the openGId of the group, as the server decrypted it */
export const openCard = (person: Person, { shareId }: SharedCard) =>
  act(async () => {
    const phone = phones[person]
    await phone.ready()
    const { encryptedData, iv } = await sandbox.shareInfo(person, group)
    phone.parent = shareId
    return phone.send({
      type: 'share.opened',
      shareId,
      scene: 1044,
      page: sharedPage,
      group: { source: 'shareInfo', encryptedData, iv },
    })
  })

const codePaths = ['/wxa/getwxacode', '/wxa/getwxacodeunlimit', '/cgi-bin/wxaapp/createwxaqrcode']

/** The codes that the platform has drawn, newest first. */
export const findCodes = () =>
  act(async () => {
    const calls = await sandbox.calls()
    return calls
      .filter(({ path, status }) => codePaths.includes(path) && status === 200)
      .map(({ at, body }): ScannableCode => ({
        at,
        ...(body as { scene?: string; path?: string }),
      }))
      .filter(({ scene, path }) => scene !== undefined || path !== undefined)
      .reverse()
  })

export const scan = (person: Person, { scene, path }: ScannableCode) =>
  act(async (): Promise<Scanned> => {
    const phone = phones[person]
    const found = scene === undefined ? undefined : await phone.scene(scene)
    const shareId = found?.shareId ?? /[?&]_wxr=([\w-]+)/.exec(path ?? '')?.[1]
    if (shareId !== undefined) {
      phone.parent = shareId
      await phone.send({ type: 'share.opened', shareId, scene: 1047, page: sharedPage })
    }
    return {
      ...(found && { payload: found.payload }),
      ...(shareId !== undefined && { shareId }),
      ...(scene !== undefined && { scene }),
      ...(path !== undefined && { path }),
    }
  })

export const advance = (ms: number) => act(() => readClock(ms))

/** The session tells the edition to all screens: it is asked again. */
export const setEdition = (edition: '2018' | '2026') =>
  act(async () => {
    await sandbox.setEdition(edition)
    await findSession()
  })

export const addFault = (fault: Parameters<typeof sandbox.addFault>[0]) =>
  act(() => sandbox.addFault(fault))

const platformNow = () => new Date(Date.now() + ahead.value).toISOString()
