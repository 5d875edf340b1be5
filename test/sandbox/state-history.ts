/**
 * Random histories of a sandbox: every control and every API path, with ids that it replied with
 * before.
 */
import * as fc from 'fast-check'
import Type from 'typebox'
import { endpoints } from '../../server/sandbox/api/endpoints.ts'
import { splitInput, type Control } from '../../server/sandbox/controls/control.ts'
import { controls } from '../../server/sandbox/controls/controls.ts'
import { day, hour, second } from '../../server/sandbox/rules/time.ts'
import { app } from '../support/server/start-sandbox.ts'
import { valuesOf } from '../support/schema-values.ts'
import { png } from './pictures.ts'

/** Its ids are chosen when it is sent: `picks` says which of those that are known. */
export interface Step {
  kind: 'control' | 'call' | 'upload'
  method: string
  path: string
  input: Fields
  picks: readonly number[]
}

type Fields = Readonly<Record<string, unknown>>

const somePicks = fc.array(fc.nat(), { minLength: 30, maxLength: 30 })

/** These show what is not saved, or act on whole worlds. */
const others: readonly string[] = ['listCalls', 'reset', 'saveState', 'loadState', 'endWorld']

/** Shorter than most of what lasts. */
const advances = fc.constantFrom(second, 20 * second, 5 * hour, day)

const tested = Object.entries<Control>(controls as never).filter(([name]) => !others.includes(name))

const controlSteps = tested.map(([name, { method, path, fields, example }]) => {
  const random = valuesOf(Type.Object(fields)) as fc.Arbitrary<Fields>
  const input = fc
    .tuple(random, fc.oneof(fc.constant([]), fc.subarray(Object.keys(fields))), advances)
    .map(([values, chosen, advanceMs]) => ({
      ...example,
      ...Object.fromEntries(
        chosen.filter((each) => each in values).map((each) => [each, values[each]]),
      ),
      ...(name === 'advanceClock' && { advanceMs }),
      // Delays are not what is tested.
      ...(name === 'push' && { delayMs: 0 }),
    }))
  return fc.record({ ...constants({ kind: 'control', method, path }), input, picks: somePicks })
})

const callSteps = endpoints.map(({ method, path, takes }) => {
  const kind = takes === 'upload' ? 'upload' : 'call'
  return fc.record({
    ...constants({ kind, method, path }),
    input: fc.constant({}),
    picks: somePicks,
  })
})

function constants({ kind, method, path }: Pick<Step, 'kind' | 'method' | 'path'>) {
  return { kind: fc.constant(kind), method: fc.constant(method), path: fc.constant(path) }
}

const tokenStep = callSteps[endpoints.findIndex(({ path }) => path === '/cgi-bin/token')]!
const someSteps: fc.Arbitrary<Step[]> = fc.oneof(
  fc.tuple(fc.oneof(...controlSteps)),
  fc.tuple(fc.oneof(...callSteps)),
  fc.tuple(tokenStep, fc.oneof(...callSteps)),
)

export function randomSteps(seed: number, length: number): Step[] {
  const lists = fc.array(someSteps, { minLength: length, maxLength: length, size: 'max' })
  return fc.sample(lists, { seed, numRuns: 1 }).flat(2)
}

/** The example of each control, but of some. */
export const exampleSteps = (...without: string[]): Step[] =>
  tested
    .filter(([name]) => !without.includes(name))
    .map(([, { method, path, example: input }]) => controlStep(method, path, input))

/** Every call in each edition, twice, with the ids that are known by then. */
export function callsOfAll(seed: number): Step[] {
  const calls = fc.tuple(tokenStep, ...callSteps, ...callSteps)
  const [early, late] = fc.sample(calls, { seed, numRuns: 2 })
  const edition = (name: string) => controlStep('POST', '/sandbox/edition', { edition: name })
  return [edition('2018'), ...early!, edition('2026'), ...late!]
}

function controlStep(method: string, path: string, input: object): Step {
  return { kind: 'control', method, path, input: { ...input }, picks: [0] }
}

/** The ids that a sandbox replied with, the last ones first. */
export interface Ids {
  learn(reply: unknown): void
  choose(name: string, pick: number): string
}

/** Names of one kind of id. */
const sameAs: Readonly<Record<string, string>> = {
  openid: 'openId',
  touser: 'openId',
  js_code: 'code',
  form_id: 'formId',
  prepayId: 'formId',
  media_id: 'mediaId',
  template_id: 'templateId',
  priTmplId: 'templateId',
  transaction_id: 'transactionId',
  libraryId: 'id',
  applicationId: 'id',
}

export function createIds(): Ids {
  const known = new Map<string, string[]>([['secret', [app.secret]]])
  const learn = (reply: unknown, name = '') => {
    if (typeof reply === 'object' && reply !== null) {
      for (const [field, value] of Object.entries(reply)) learn(value, field)
    }
    if (typeof reply !== 'string') return
    const kind = sameAs[name] ?? name
    known.set(kind, [reply, ...(known.get(kind) ?? []).filter((each) => each !== reply)])
  }
  return {
    learn,
    choose(name, pick) {
      const all = known.get(sameAs[name] ?? name) ?? ['unknown']
      // Mostly the last one, of which the rights are least likely to be spent.
      return all[pick % 5 === 0 ? pick % all.length : 0]!
    },
  }
}

export interface Answer {
  status: number
  type: string | null
  bytes: string
  /** `undefined`: the bytes are no JSON. */
  json: unknown
}

/** `undefined`: the sandbox hung up, or its reply broke off. */
export async function send(url: string, step: Step, ids: Ids): Promise<Answer | undefined> {
  const { path, query, body } = step.kind === 'control' ? controlOf(step, ids) : callOf(step, ids)
  try {
    const reply = await fetch(`${url}${path}?${new URLSearchParams(query)}`, {
      method: step.method,
      headers: { connection: 'close' },
      ...(step.method !== 'GET' && { body }),
    })
    const { status, headers } = reply
    const bytes = Buffer.from(await reply.arrayBuffer())
    return {
      status,
      type: headers.get('content-type'),
      bytes: bytes.toString('base64'),
      json: readJson(bytes),
    }
  } catch {
    return undefined
  }
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

function controlOf({ path, input, picks }: Step, ids: Ids) {
  const chosen = Object.entries(input).map(([name, value], index) => {
    const isId = ['openId', 'templateId', 'mediaId', 'id'].includes(name)
    const pick = picks[index % picks.length]!
    return [name, isId && pick % 4 > 0 ? ids.choose(name, pick) : value]
  })
  const { params, body } = splitInput(path, Object.fromEntries(chosen) as object)
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name]!))
  return { path: filled, query: {}, body: JSON.stringify(body) }
}

/** Every field that some API path reads: the others ignore it. */
function callOf({ kind, method, path, picks }: Step, ids: Ids) {
  let picked = 0
  const next = () => picks[picked++]!
  const id = (name: string) => ids.choose(name, next())
  const one = <Value>(...values: Value[]) => values[next() % values.length]!
  const credentials = { appid: app.appId, secret: id('secret') }
  const token = id('access_token')
  if (path === '/wxa/business/getuserphonenumber') {
    return { path, query: { access_token: token }, body: JSON.stringify({ code: id('code') }) }
  }
  const fields = {
    ...credentials,
    grant_type: path.startsWith('/sns') ? 'authorization_code' : 'client_credential',
    js_code: id('code'),
    openid: id('openId'),
    touser: id('openId'),
    template_id: id('templateId'),
    priTmplId: id('templateId'),
    form_id: id('formId'),
    media_id: id('mediaId'),
    transaction_id: id('transactionId'),
    id: id('id'),
    page: 'pages/index/index',
    path: 'pages/index/index',
    page_url: 'pages/index/index',
    cgi_path: '/cgi-bin/message/wxopen/template/send',
    content: '你好',
    media_url: 'https://example.com/picture.png',
    type: 'image',
    ids: '616',
    command: one('Typing', 'CancelTyping'),
    msgtype: one('text', 'image'),
  }
  const numbers = { offset: 0, count: 20, start: 0, limit: 30, tid: one(401, 601), expire_type: 0 }
  const query = { ...fields, access_token: token }
  if (kind === 'upload') {
    const form = new FormData()
    form.set('media', new Blob([new Uint8Array(png)]), 'picture.png')
    return { path, query, body: form }
  }
  if (method === 'GET') {
    const texts = Object.entries(numbers).map(([name, number]) => [name, String(number)])
    return { path, query: { ...query, ...(Object.fromEntries(texts) as typeof query) }, body: '' }
  }
  const body = {
    ...fields,
    ...numbers,
    data: one(
      { thing1: { value: '晨间瑜伽' }, amount2: { value: '128元' } },
      { thing1: { value: '晨间瑜伽' }, date2: { value: '2026年1月2日' } },
      { thing1: { value: '体育西路站' }, character_string2: { value: 'B12' } },
    ),
    text: { content: '你好' },
    image: { media_id: fields.media_id },
    scene: one<unknown>('a', 1),
    version: one(1, 2),
    media_type: 2,
    force_refresh: one(true, false),
    is_permanent: one(true, false),
    kidList: [1, 2],
    keyword_id_list: [1],
  }
  return { path, query: { access_token: token }, body: JSON.stringify(body) }
}
