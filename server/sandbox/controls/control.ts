/** What a control is: a path under /sandbox, what it takes and replies, and what it does. */
import Type, { type Static, type TObject, type TProperties, type TUnion } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Edition } from '../../rules/credits.ts'
import type { AdvancingClock, Random } from '../../runtime/world.ts'
import { keyPattern } from '../rules/memory.ts'
import type { Account } from '../state/account.ts'
import type { SavedState, State } from '../state/state.ts'

/** The part of the sandbox that controls act on. */
export interface ControlledSandbox {
  state(): State
  clock: AdvancingClock
  random: Random
  /** Whether pushes may go to other machines. */
  pushAnywhere: boolean
  worlds: WorldList
  setEdition(account: Account, edition: Edition): void
  reset(): void
  /** Puts what was saved in place of all. */
  load(saved: SavedState): void
}

/** Every world of the sandbox. */
export interface WorldList {
  names(): string[]
  /** `false`: there was none. @throws ControlError when it is the default one. */
  end(name: string): boolean
}

interface ControlRequest {
  body: Readonly<Record<string, unknown>>
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string | string[] | undefined>>
  /** Aborts when the caller closes its connection. */
  signal: AbortSignal
}

/** What the document of the controls says of one. */
interface Described<Input extends object> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: `/sandbox/${string}`
  /** What it does, in one sentence. */
  summary: string
  /** What the summary leaves open. */
  description?: string
  /** Of the body, without `appId`, which every control takes. */
  fields: TProperties
  reply: ReplySchema
  /** Works in a new sandbox after the examples of the controls that `controls` names before. */
  example: Input
  /** API calls that the example needs besides. */
  before?: readonly ExampleCall[]
}

type ReplySchema = TObject | TUnion<TObject[]>

/** `{code}` in the path stands for the field `code` of an earlier reply. No body: a GET. */
export interface ExampleCall {
  path: string
  body?: object
}

/**
 * @typeParam Input the fields of body and path
 * @typeParam Reply what it replies, as JSON
 */
export interface Control<Input extends object = object, Reply = unknown> extends Described<Input> {
  /** @throws ControlError that says what to do instead. */
  run(request: ControlRequest, sandbox: ControlledSandbox): Reply | Promise<Reply>
}

/** A mistake of the caller, whose message is returned as JSON. */
export class ControlError extends Error {
  constructor(
    readonly status: 400 | 404,
    message: string,
  ) {
    super(message)
  }
}

interface ControlCall<Body> {
  body: Body
  params: Readonly<Record<string, string>>
  signal: AbortSignal
  sandbox: ControlledSandbox
  /** The app that the call names, or the only one. @throws ControlError when there is a choice. */
  account(): Account
  /** The app that the call names, if any. */
  named: Account | undefined
}

interface Definition<
  Path extends `/sandbox/${string}`,
  Fields extends TProperties,
  Reply extends ReplySchema,
> extends Described<InputOf<Path, Fields>> {
  path: Path
  fields: Fields
  reply: Reply
  act(call: ControlCall<Static<TObject<Fields>>>): Static<Reply> | Promise<Static<Reply>>
}

/** The names in a path, as `openId` in `/sandbox/inbox/:openId`. */
type PathFields<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? { [Each in Name]: string } & PathFields<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? { [Each in Name]: string }
    : unknown

type InputOf<Path extends string, Fields extends TProperties> = Static<TObject<Fields>> &
  PathFields<Path> & { appId?: string }

/** The type of a field that holds an id or a name. */
export const Id = Type.Refine(
  Type.String({ minLength: 1, maxLength: 128 }),
  (id) => new RegExp(keyPattern).test(id),
  () => 'is a word of JavaScript that no saved state can hold: choose another',
)

/** Defines a control. It refuses every wrong or unknown field and names the field's path. */
export function control<
  const Path extends `/sandbox/${string}`,
  Fields extends TProperties,
  Reply extends ReplySchema,
>({
  act,
  ...described
}: Definition<Path, Fields, Reply>): Control<InputOf<Path, Fields>, Static<Reply>> {
  const names = [...Object.keys(described.fields), 'appId'].join(', ')
  const schema = Compile(Type.Object(described.fields, { additionalProperties: false }))
  return {
    ...described,
    run(request, sandbox) {
      const { appId: appIdOfQuery, ...unknown } = request.query
      const [first] = Object.keys(unknown)
      if (first !== undefined) {
        throw new ControlError(400, `The query takes appId, and no ${first}.`)
      }
      const { appId = appIdOfQuery, ...body } = request.body
      if (!schema.Check(body)) {
        throw new ControlError(400, `${problems(schema.Errors(body))}. This takes: ${names}.`)
      }
      const named = namedAccount(appId, sandbox.state())
      const account = () => named ?? onlyAccount(sandbox.state())
      const { params, signal } = request
      return act({ body, params, signal, sandbox, account, named })
    },
  }
}

/** Tells the names in the path, as `openId` in `/sandbox/inbox/:openId`, from the body. */
export function splitInput(path: string, input: object) {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
  const fields = new Map<string, unknown>(Object.entries(input))
  const params = Object.fromEntries(names.map((name) => [name, String(fields.get(name))]))
  for (const name of names) fields.delete(name)
  return { params, body: Object.fromEntries(fields) }
}

/** @throws ControlError when the app has no such user. */
export function requireUser(account: Account, openId: string): string {
  const found = account.users.find(openId)
  if (found !== undefined) return found
  throw new ControlError(404, 'This app has no such user. Make it first with POST /sandbox/users.')
}

/** The user does something in the mini-program. @throws as `requireUser` */
export function requireVisitor(account: Account, openId: string): string {
  account.users.visit(requireUser(account, openId))
  return openId
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
