/** The built pages of the web console, in memory: as they are, and as the build compressed them. */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { sha256 } from '../runtime/encoding.ts'
import { createSingleFlight } from '../runtime/world.ts'

export type ContentEncoding = 'br' | 'gzip' | 'identity'

export interface ConsoleFile {
  type: string
  /** Its name changes with its content. */
  immutable: boolean
  /** What its bytes may be encoded as. */
  encodings: readonly ContentEncoding[]
  /** Of the content. */
  hash: string
  bytes(encoding: ContentEncoding): Promise<Buffer>
}

export interface ConsoleFiles {
  /**
   * A file by its path below the folder, or the page for a path that the page itself understands.
   * `undefined`: there is no such file. The files are read once, at the first call that finds
   * them, and no path leads to others.
   *
   * @throws {ConsoleMissingError}
   */
  find(path: string): Promise<ConsoleFile | undefined>
}

/** The console was not built. */
export class ConsoleMissingError extends Error {
  override readonly name = 'ConsoleMissingError'
}

interface ConsoleFilesOptions {
  /** The path of the console, for the links of its page: `/reach/console/` */
  base: string
  /**
   * Whether pages carry the first view of their screen, and what it asks for. Default: true. The
   * demo has parts of its own in each page.
   */
  firstViews?: boolean | undefined
  /** Default: where `npm run build:console` writes, and where the package has it. */
  folder?: string | undefined
}

const page = 'index.html'
/** By the first part of their path, with a slash after it where there is a second. */
const screensFile = 'screens.json'
/** Vite writes a hash of the content into the names of these. */
const assetsFolder = 'assets/'

export function createConsoleFiles({
  base,
  firstViews = true,
  folder = builtFolder(),
}: ConsoleFilesOptions): ConsoleFiles {
  let files: Files | undefined
  const reading = createSingleFlight<Files>()

  /** All at once, so that a page and its scripts are of one build. */
  async function read(): Promise<Files> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(missing)
    const paths = new Set(
      entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
    )
    const found = await Promise.all(
      [...paths].filter(isServed).map(async (path): Promise<[string, ConsoleFile]> => {
        const name = relative(folder, path).split(sep).join('/')
        const brotli = `${path}.br`
        const compressed = paths.has(brotli) ? await readFile(brotli) : undefined
        return [name, createFile(name, await readFile(path), compressed)]
      }),
    )
    const assets = new Map(found)
    const html = await assets.get(page)?.bytes('identity')
    if (!html) return missing()
    const pageWith = (parts: ScreenParts = {}) => {
      const { scripts } = parts
      const text = pageOf(html.toString(), base, firstViews ? parts : { scripts })
      return createFile(page, Buffer.from(text))
    }
    const screens = await readScreens(folder)
    const pages = Object.entries(screens).map(([path, parts]) => [path, pageWith(parts)] as const)
    return { assets, pages: new Map(pages), otherPage: pageWith() }
  }

  return {
    async find(path) {
      files ??= await reading.run('', read)
      if (path.startsWith(assetsFolder) || isServed(path)) return files.assets.get(path)
      const [screen, detail] = path.split('/')
      return files.pages.get(detail ? `${screen}/` : screen!) ?? files.otherPage
    },
  }
}

interface Files {
  assets: ReadonlyMap<string, ConsoleFile>
  /** The page for the paths of each screen, as `screensFile` has them. */
  pages: ReadonlyMap<string, ConsoleFile>
  /** For paths without a screen. */
  otherPage: ConsoleFile
}

/** What the build knows of a screen before a browser has run a script of it. */
interface ScreenParts {
  scripts?: readonly string[] | undefined
  /** The addresses that it asks for first, from the API's root. */
  requests?: readonly string[]
  /** How it looks until they are answered, as HTML, by language. */
  views?: Readonly<Record<string, string>>
}

/** Without it, pages find their screen's files a little later. */
async function readScreens(folder: string): Promise<Record<string, ScreenParts>> {
  const text = await readFile(join(folder, screensFile), 'utf8').catch(() => '{}')
  return JSON.parse(text) as Record<string, ScreenParts>
}

/** With the page's own address, and with what its first view shows and will ask for. */
function pageOf(html: string, base: string, { scripts = [], requests, views }: ScreenParts) {
  const links = scripts.map((file) => `<link rel="modulepreload" crossorigin href="./${file}">`)
  // Nobody can use it: what people do there would be lost.
  const drawn = Object.entries(views ?? {}).map(
    ([language, view]) => `<div class="first" lang="${language}" inert>${view}</div>`,
  )
  const asked = requests && ` data-requests="${escaped(JSON.stringify(requests))}"`
  return html
    .replace('<head>', `<head>\n    <base href="${base}" />`)
    .replace('</head>', `${links.map((link) => `  ${link}\n`).join('  ')}  </head>`)
    .replace('id="first"', `id="first"${asked ?? ''}`)
    .replace('<div id="console">', (found) => found + drawn.join(''))
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

function missing(cause?: unknown): never {
  if (cause && (cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
  throw new ConsoleMissingError('The web console is not built.', { cause })
}

/** Where the sources themselves run, as in tests, they have no build beside them. */
function builtFolder(): string {
  const here = import.meta.url
  return fileURLToPath(
    new URL(here.endsWith('.ts') ? '../../dist/console/' : '../../console/', here),
  )
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const isServed = (path: string) => Object.hasOwn(types, extname(path))

/** @param brotli the same content, where the build has compressed it */
function createFile(name: string, content: Buffer, brotli?: Buffer): ConsoleFile {
  const type = types[extname(name)]!
  const isText = /^text\/|svg/.test(type)
  let gzipped: Promise<Buffer> | undefined
  return {
    type,
    immutable: name.startsWith(assetsFolder),
    encodings: [
      ...(brotli ? (['br'] as const) : []),
      ...(isText ? (['gzip'] as const) : []),
      'identity',
    ],
    hash: sha256(content).toString('base64url', 0, 18),
    async bytes(encoding) {
      if (encoding === 'br') return brotli!
      if (encoding === 'identity') return content
      return (gzipped ??= promisify(gzip)(content))
    },
  }
}
