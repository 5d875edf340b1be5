/** The operations in the server's own process: the routes' code, without HTTP. */
import { createApi, type ReachApi } from '../client/api.ts'
import {
  errorOfReply,
  type ApiReply,
  type ApiRequest,
  type RouteName,
} from '../client/transport.ts'
import { scopes } from '../../shared/codes.ts'
import { serverRules } from '../rules/process.ts'
import { auditFailed } from './auditing.ts'
import { operatorApp } from './callers.ts'
import { parseJson, perform, tooLarge } from './mount.ts'
import { problemReply } from './problems.ts'
import { nameOf, type BodySpec, type Caller, type HttpReply, type Route } from './route.ts'
import type { KnownKey, Services } from './services.ts'
import { createRequestIds, type Trace } from './trace.ts'

/** Whoever runs code in this process may do all. */
const key: KnownKey = { id: 'in_process', scopes: new Set(scopes) }

/** @returns the operations of an app, by its appId */
export function createInProcess(
  routes: readonly Route[],
  services: Services,
): (appId?: string) => ReachApi {
  const { random, log } = services.world
  const newId = createRequestIds(random)
  const byName = new Map<string, Route>(routes.map((route) => [nameOf(route), route]))

  async function reply(route: Route, request: ApiRequest): Promise<HttpReply> {
    const trace: Trace = { requestId: newId(), network: undefined, keyId: key.id }
    try {
      return await perform(
        arrived(request),
        callerOf(route, request, trace),
        route,
        services,
        trace,
      )
    } catch (error) {
      const problem = problemReply(error, trace, log)
      auditFailed(services.audit, route, problem.body, trace)
      return problem
    }
  }

  function callerOf(route: Route, { query }: ApiRequest, trace: Trace): Caller {
    if (route.caller !== 'operator') return { key }
    const app = operatorApp(query?.appId, key, services)
    trace.appId = app.appId
    return { app, key }
  }

  async function performInProcess(name: RouteName, request: ApiRequest): Promise<ApiReply> {
    request.signal?.throwIfAborted()
    const { status, headers = {}, body } = await waitFor(reply(byName.get(name)!, request), request)
    const done = { status, body, header: (header: string) => headers[header] }
    if (status < 300) return done
    throw errorOfReply(done, request)
  }

  const transport = { perform: performInProcess, newIdempotencyKey: newId }
  return (appId) => createApi(transport, appId)
}

function arrived({ query = {}, params = {}, headers = {}, body }: ApiRequest) {
  return {
    query: () => query,
    params,
    header: (name: string) => headers[name],
    body: (spec: BodySpec<unknown>) => readBody(body, spec),
  }
}

/** Within the limits of a body that comes by HTTP. */
function readBody(body: ApiRequest['body'] = '', { bytes }: BodySpec<unknown>): unknown {
  const raw = Buffer.from(body)
  const maxBytes = bytes?.maxBytes ?? serverRules.maxBodyBytes
  if (raw.length > maxBytes) throw tooLarge(maxBytes)
  return bytes ? raw : parseJson(raw)
}

/** Rejects when the signal aborts. What was begun goes on. */
function waitFor<T>(begun: Promise<T>, { signal }: ApiRequest): Promise<T> {
  if (!signal) return begun
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    void begun.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
