/**
 * What a page shows and asks for before its scripts are there: the first views of all screens in
 * both languages, drawn at the build, and the requests that each screen begins with, as it makes
 * them here.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { build } from 'vite'

/** Nowhere: no request leaves this machine. */
const origin = 'http://first.invalid'
const base = `${origin}/console/`

/** One file of a module and of all that it imports. */
async function bundle(entry, { format, ssr = false, ...config }) {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    plugins: [vue()],
    ...config,
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr,
      write: false,
      target: ssr ? 'node20' : ['chrome87', 'safari14'],
      rolldownOptions: {
        checks: { pluginTimings: false },
        input: entry,
        output: { format, codeSplitting: false },
      },
      minify: !ssr,
    },
  })
  return built.output[0].code
}

/** The script that runs before all others, under a name that tells its content. */
export async function buildFirstScript(entry) {
  const code = await bundle(entry, { format: 'iife' })
  const hash = createHash('sha256').update(code).digest('base64url').slice(0, 8)
  return { name: `assets/first-${hash}.js`, code }
}

/** @param resolve with `define`: of the console's build */
export async function drawFirstViews(entry, resolve, define) {
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-first-'))
  try {
    const file = join(folder, 'first-view.mjs')
    writeFileSync(file, await bundle(entry, { resolve, define, format: 'es', ssr: true }))
    const world = stubGlobals()
    const { paths } = await import(pathToFileURL(file).href)
    const views = {}
    for (const [screen, path] of Object.entries(paths)) {
      // Anew for each: what one has asked for, another would find in its memory.
      const drawing = await import(`${pathToFileURL(file).href}?${screen}`)
      Object.assign(views, await drawScreen(screen, path, drawing, world))
    }
    return views
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function drawScreen(screen, path, drawing, world) {
  const { drawFirstView, languages, tagOf, appPlace, paramPlace } = drawing
  const drawn = {}
  // Of the others the second part is a word of ours.
  const hasDetails = path.includes(':') && !path.includes(':section')
  for (const param of hasDetails ? [undefined, paramPlace] : [undefined]) {
    world.begin([{ appId: appPlace, edition: '2018', zoneMinutes: 480 }])
    await drawFirstView(screen, 'zh', param)
    const requests = world.requests()
    // The app is not known yet, nor what the second part of the path is.
    world.begin([])
    const views = {}
    for (const language of languages) {
      const html = await drawFirstView(screen, language, param)
      const shown = html.includes(paramPlace) ? await drawFirstView(screen, language) : html
      views[tagOf[language]] = cleaned(shown)
    }
    drawn[path.split('/')[1] + (param === undefined ? '' : '/')] = { requests, views }
  }
  return drawn
}

/** The policy of the page forbids styles in it; the width of a column has an attribute, too. */
const cleaned = (html) =>
  html
    .replace(/<!--.*?-->/g, '')
    .replaceAll(base, './')
    .replace(/(<col[^>]*) style="width:([\d.]+)(?:px|(%));"/g, '$1 width="$2$3"')
    .replace(/ style="[^"]*"/g, '')

/** What components ask of a browser when they begin. No reply to the requests of screens comes. */
function stubGlobals() {
  let requests = []
  let apps = []
  const element = { dataset: {}, removeAttribute() {} }
  const stubs = {
    location: new URL(base),
    history: {
      replaceState(_state, _title, href) {
        stubs.location.href = href
      },
    },
    document: {
      baseURI: base,
      documentElement: element,
      addEventListener() {},
      createElement: () => ({}),
    },
    navigator: { languages: [] },
    innerWidth: 1_280,
    innerHeight: 800,
    matchMedia: () => ({ matches: false }),
    async fetch(input) {
      const { pathname, search } = new URL(input)
      const path = pathname.slice(1) + search
      if (path === 'v1/console/session') {
        const scopes = ['read', 'send', 'admin', 'privacy']
        return Response.json({ apps, keyId: '', scopes, expiresAt: '' })
      }
      requests.push(path)
      return new Promise(() => {})
    },
  }
  for (const [name, value] of Object.entries(stubs)) {
    Object.defineProperty(globalThis, name, { value, configurable: true })
  }
  return {
    begin(withApps) {
      ;[apps, requests] = [withApps, []]
    },
    requests: () => requests,
  }
}
