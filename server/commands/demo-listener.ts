/**
 * What the demo's port serves beside the server: `/` leads to the console, `/demo` is the backend
 * of the mini-program, and `/sandbox` is the sandbox itself, so that the console speaks to one
 * origin alone.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isIP } from 'node:net'

interface DemoParts {
  server: RequestListener
  sandbox: RequestListener
  backend: RequestListener
}

export function createDemoListener({ server, sandbox, backend }: DemoParts): RequestListener {
  return (request, response) => {
    const { url = '' } = request
    if (/^\/(\?|$)/.test(url)) return redirect(response, '/console/')
    if (url.startsWith('/demo/')) return backend(request, response)
    if (!/^\/sandbox(?![^/?])/.test(url)) return server(request, response)
    if (isOfOwnPage(request)) return sandbox(request, response)
    refuse(response, 'Ask the port of the sandbox, or from a page of this address.')
  }
}

/**
 * Not a page of another origin, nor one whose own name was made to point to this machine (DNS
 * rebinding): an address has no name.
 */
function isOfOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'] ?? 'same-origin'
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  const isNamedHere = host.toLowerCase() === 'localhost' || isIP(host) !== 0
  return isNamedHere && (site === 'same-origin' || site === 'none')
}

function redirect(response: ServerResponse, to: string): void {
  response.writeHead(302, { Location: to, 'Cache-Control': 'no-store' }).end()
}

function refuse(response: ServerResponse, error: string): void {
  response.writeHead(403, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error }))
}
