/** Requests to our own server, with the cookie of the console. */
import { firstReply } from './first-asked.ts'

/** Of the API, for `createReachClient` and for what it has no function for. */
export const apiBase = (): URL => new URL('../', document.baseURI)

/** A page of another origin cannot set it: see the server's check of the cookie. */
const header = { 'X-Reach-Console': '1' }

/** @param path below `/v1/` */
export const request = (method: string, path: string, body?: object): Promise<Response> =>
  fetch(new URL(`v1/${path}`, apiBase()), {
    method,
    headers: {
      ...(method !== 'GET' && header),
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })

/** `fetch` for the client of backends: the cookie takes the place of the API key. */
export const fetchWithCookie: typeof fetch = (input, init) => {
  const first = init?.method === 'GET' && firstReply(String(input))
  if (first) return first
  const headers = new Headers(init?.headers)
  headers.delete('Authorization')
  headers.set('X-Reach-Console', '1')
  return fetch(input, { ...init, headers })
}
