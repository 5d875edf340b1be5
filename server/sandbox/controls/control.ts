/** What a control is: a path under /sandbox, the fields that it takes, and what it does. */
import Type, { type Static, type TObject, type TProperties } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Edition } from '../../rules/credits.ts'
import type { AdvancingClock, Random } from '../../runtime/world.ts'
import type { Account } from '../state/account.ts'
import type { State } from '../state/state.ts'

/** What controls may reach. */
export interface Controlled {
  state(): State
  clock: AdvancingClock
  random: Random
  /** Whether pushes may go to other machines. */
  pushAnywhere: boolean
  setEdition(account: Account, edition: Edition): void
  reset(): void
}

export interface ControlRequest {
  body: Readonly<Record<string, unknown>>
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string | string[] | undefined>>
  /** Aborts when nobody waits for the answer any more. */
  gone: AbortSignal
}

export interface Control {
  method: 'GET' | 'POST'
  path: `/sandbox/${string}`
  /** @throws ControlError that says what to do instead. */
  run(request: ControlRequest, sandbox: Controlled): object | Promise<object>
}

/** The caller's mistake, told as JSON. */
export class ControlError extends Error {
  constructor(
    readonly status: 400 | 404,
    message: string,
  ) {
    super(message)
  }
}

export interface ControlCall<Body> {
  body: Body
  params: Readonly<Record<string, string>>
  gone: AbortSignal
  sandbox: Controlled
  /** The app that the call names, or the only one. @throws ControlError when that is not clear. */
  account(): Account
  /** The app that the call names, if it names one. @throws ControlError when it is not served. */
  named(): Account | undefined
}

interface Definition<Fields extends TProperties> {
  method: 'GET' | 'POST'
  path: `/sandbox/${string}`
  /** `appId` is understood everywhere and not named here. */
  fields: Fields
  act(call: ControlCall<Static<TObject<Fields>>>): object | Promise<object>
}

/** Makes a control that refuses, with its path, every field that is wrong or unknown. */
export function control<Fields extends TProperties>(definition: Definition<Fields>): Control {
  const names = [...Object.keys(definition.fields), 'appId'].join(', ')
  const schema = Compile(Type.Object(definition.fields, { additionalProperties: false }))
  return {
    method: definition.method,
    path: definition.path,
    run(request, sandbox) {
      const { appId = request.query['appId'], ...body } = request.body
      if (!schema.Check(body)) {
        throw new ControlError(400, `${problems(schema.Errors(body))}. This takes: ${names}.`)
      }
      const named = () => namedAccount(appId, sandbox.state())
      const account = () => named() ?? onlyAccount(sandbox.state())
      const { params, gone } = request
      return definition.act({ body, params, gone, sandbox, account, named })
    },
  }
}

function problems(errors: Iterable<Problem>): string {
  return (
    [...errors]
      // An unknown field is reported twice: so, and as `boolean` with its path.
      .filter(({ keyword }) => keyword !== 'additionalProperties')
      .map(({ keyword, instancePath, message, params }) => {
        if (keyword === 'boolean') return `${instancePath} is no field`
        const allowed = 'allowedValues' in params ? `: ${String(params.allowedValues)}` : ''
        return `${instancePath} ${message}${allowed}`.trim()
      })
      .join('; ')
  )
}

interface Problem {
  keyword: string
  instancePath: string
  message: string
  params: object
}

function namedAccount(appId: unknown, { accounts }: State): Account | undefined {
  if (appId === undefined) return undefined
  const account = typeof appId === 'string' ? accounts.get(appId) : undefined
  if (account) return account
  const served = [...accounts.keys()].join(', ')
  throw new ControlError(404, `appId names no app of this sandbox. It serves: ${served}.`)
}

function onlyAccount({ accounts }: State): Account {
  const [first, ...more] = accounts.values()
  if (first && more.length === 0) return first
  const served = [...accounts.keys()].join(', ')
  throw new ControlError(400, `Say which app you mean: add appId, one of ${served}.`)
}

/** @throws ControlError when the app has no such user. */
export function knownUser(account: Account, openId: string): string {
  if (account.users.has(openId)) return openId
  throw new ControlError(404, 'This app has no such user. Make it first with POST /sandbox/users.')
}

/** Fields that several controls take. */

export const Id = Type.String({ minLength: 1, maxLength: 128 })
