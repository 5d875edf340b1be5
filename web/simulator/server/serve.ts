/** The simulator's address: its own pages, the compiled project, and the phone's requests. */
import { createHash } from 'node:crypto'
import { createReadStream, watch, type FSWatcher } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { bundleBrowserFiles, css, script } from './browser-files.ts'
import { compileProject, type CompiledProject } from './compile.ts'
import { createProjectFiles } from './files.ts'
import { proxyImage, proxyRequest, replyJson, type Fetch } from './proxy.ts'
import { projectRoot } from './project.ts'
import { cssOfTheme } from './styles.ts'

export interface SimulatorOptions {
  /** A folder with app.json, or with a project.config.json that names the one that has it. */
  folder: string
  /** The wx-reach server's address, which the panel of the phone's state links to. */
  server?: string
  /** The sandbox's address: users, codes, formIds, groups and messages are its. */
  sandbox?: string
  /** The app at the sandbox. Default: `wx0000000000sandbox`, as in `npm start`. */
  appId?: string
  /** Default: 0, a free one. */
  port?: number
  /** Default: `127.0.0.1`. */
  host?: string
  /** Request domains (服务器域名), as `https://reach.example.com`. Default: none is checked. */
  domains?: readonly string[]
  /** Compiles again, and reloads the phones, when a file changes. Default: `true`. */
  watch?: boolean
  /** Sends the requests of phones. Default: the global `fetch`. */
  fetch?: Fetch
  /** Told of each compilation. */
  onCompiled?: (project: CompiledProject) => void
}

export interface Simulator {
  readonly url: string
  readonly project: CompiledProject
  close(): Promise<void>
}

/**
 * Compiles the project and serves it.
 *
 * @throws ProjectError where the folder is no mini-program
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { folder, host = '127.0.0.1', port = 0, fetch: send = fetch, onCompiled } = options
  const [browserFiles, first] = await Promise.all([bundleBrowserFiles(), compileProject(folder)])
  let project = first
  onCompiled?.(project)
  const files = createProjectFiles(projectRoot(folder))
  const listeners = new Set<ServerResponse>()

  const settings = () => ({
    name: project.name,
    pages: project.pages,
    modes: project.modes,
    problems: project.problems,
    hash: versionOf(project),
    server: options.server ?? null,
    sandbox: options.sandbox ?? null,
    appId: options.appId ?? 'wx0000000000sandbox',
    domains: options.domains ?? null,
  })

  function handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (!isOwnHost(request.headers.host, host)) return void response.writeHead(421).end()
    if (request.method === 'POST') {
      // A page of another origin cannot send this header without asking first.
      if (request.headers['x-simulator'] !== '1') return void response.writeHead(403).end()
      if (url.pathname === '/proxy') return proxyRequest(request, response, send)
      return void response.writeHead(404).end()
    }
    if (request.method !== 'GET') return void response.writeHead(405).end()
    const own = browserFiles.get(url.pathname)
    if (own) {
      response.writeHead(200, { 'content-type': own.type })
      return void response.end(own.body)
    }
    if (url.pathname === '/project.js') return text(response, script, project.script)
    if (url.pathname === '/project.css') {
      const theme = url.searchParams.get('theme') === 'dark' ? 'dark' : 'light'
      return text(response, css, cssOfTheme(project.css, theme))
    }
    if (url.pathname === '/project.json') return replyJson(response, 200, settings())
    if (url.pathname === '/image') {
      return proxyImage(url.searchParams.get('url') ?? '', response, send)
    }
    if (url.pathname === '/changes') return listen(response)
    if (url.pathname.startsWith('/files/')) return sendFile(url.pathname.slice(7), response)
    return void response.writeHead(404).end()
  }

  function listen(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`data: ${versionOf(project)}\n\n`)
    listeners.add(response)
    response.on('close', () => listeners.delete(response))
  }

  function sendFile(path: string, response: ServerResponse): void {
    const name = decodeURIComponent(path)
    const type = mediaTypes[extname(name).toLowerCase()]
    const file = type === undefined ? undefined : files.locate(name)
    if (file === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': type! })
    createReadStream(file).pipe(response)
  }

  async function compileAgain(): Promise<void> {
    const before = errorsOf(project)
    const next = await compileProject(folder).catch((error: Error) => ({
      ...project,
      problems: [{ kind: 'error' as const, file: 'app.json', text: error.message }],
    }))
    const changed = next.hash !== project.hash || errorsOf(next) !== before
    project = next
    onCompiled?.(project)
    if (changed) for (const listener of listeners) listener.write(`data: ${versionOf(project)}\n\n`)
  }

  const http = createServer((request, response) => {
    Promise.resolve(handle(request, response)).catch((error: Error) => {
      if (response.headersSent) response.destroy()
      else replyJson(response, 400, { problem: error.message })
    })
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, resolve)
  })
  const address = http.address() as AddressInfo
  const named = host.includes(':') ? `[${host}]` : host
  const watcher = options.watch === false ? undefined : watchFolder(files.root, compileAgain)
  return {
    url: `http://${named}:${address.port}`,
    get project() {
      return project
    },
    async close() {
      watcher?.close()
      await closeServer(http)
    },
  }
}

/** No script but ours, no eval, and nothing from another origin. */
const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

const mediaTypes: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

const errorsOf = ({ problems }: CompiledProject): string =>
  problems
    .filter(({ kind }) => kind === 'error')
    .map((problem) => `${problem.file}: ${problem.text}`)
    .join('\n')

/** Another one also where the errors alone have changed: phones show them. */
const versionOf = (project: CompiledProject): string =>
  createHash('sha256').update(project.hash).update(errorsOf(project)).digest('hex').slice(0, 16)

/** Against DNS rebinding: a foreign name that leads to this machine is not served. */
function isOwnHost(given: string | undefined, host: string): boolean {
  const name = (given ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return ['127.0.0.1', 'localhost', '::1', host].includes(name) || host === '0.0.0.0'
}

function text(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type })
  response.end(body)
}

/** Several files that change at once are one change. */
function watchFolder(root: string, changed: () => Promise<void>): FSWatcher {
  let waiting: NodeJS.Timeout | undefined
  const watcher = watch(root, { recursive: true }, (_, name) => {
    if (/(^|[/\\])(node_modules|\.git|dist)([/\\]|$)/.test(String(name))) return
    clearTimeout(waiting)
    waiting = setTimeout(() => void changed(), 80)
    waiting.unref()
  })
  return watcher
}

function closeServer(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve())
    http.closeAllConnections()
  })
}
