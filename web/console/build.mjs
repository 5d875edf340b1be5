/**
 * Builds dist/console when what it is made of has changed, so that a second `npm start` is quick.
 * The hash of the sources stands beside dist/console. Beside each text file stands its brotli form:
 * a server would need a second for all of them, and the first page would wait.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import { build } from 'vite'
import { buildFirstScript, drawFirstViews } from './first-views.mjs'
import config from './vite.config.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'dist/console')
const built = join(folder, 'index.html')
const stamp = join(root, 'dist/console.sha256')
const sources = ['web/console/src', 'server/client', 'shared']
const files = [
  'web/console/index.html',
  'web/console/build.mjs',
  'web/console/first-views.mjs',
  'web/console/screen-files.mjs',
  'web/console/vite.config.mjs',
  'package-lock.json',
]

const filesBelow = (name) =>
  readdirSync(join(root, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

function hashOfSources() {
  const below = sources.flatMap(filesBelow)
  const hash = createHash('sha256')
  for (const file of [...below.sort(), ...files.map((name) => join(root, name))]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

// The server writes into the pages themselves.
const compressAll = () =>
  Promise.all(
    filesBelow('dist/console')
      .filter((file) => /\.(css|js|md|svg)$/.test(file))
      .map(async (file) =>
        writeFileSync(`${file}.br`, await promisify(brotliCompress)(readFileSync(file))),
      ),
  )

/**
 * Before the styles: behind them it would wait for them. Behind the request for the session, which
 * it takes up.
 */
const withScript = (name) => ({
  name: 'first-script',
  transformIndexHtml: (html) =>
    html.replace('<title>', `<script src="./${name}" id="first"></script>\n    <title>`),
})

async function addFirstViews(entry) {
  const file = join(folder, 'screens.json')
  const scripts = JSON.parse(readFileSync(file, 'utf8'))
  const drawn = await drawFirstViews(entry, config.resolve, config.define)
  const paths = Object.keys(scripts).flatMap((path) => (path ? [path, `${path}/`] : [path]))
  const screens = paths.map((path) => [
    path,
    { scripts: scripts[path.replace('/', '')], ...drawn[path] },
  ])
  writeFileSync(file, JSON.stringify(Object.fromEntries(screens)))
}

// Under the tests it is `test`, and would build the slower Vue for developers.
process.env.NODE_ENV = 'production'

const hash = hashOfSources()
if (!existsSync(built) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  const pathOf = (name) => join(root, 'web/console/src/app', name)
  const script = await buildFirstScript(pathOf('first.ts'))
  await build({
    configFile: join(root, 'web/console/vite.config.mjs'),
    logLevel: 'warn',
    plugins: [withScript(script.name)],
  })
  writeFileSync(join(folder, script.name), script.code)
  await addFirstViews(pathOf('first-view.ts'))
  await compressAll()
  writeFileSync(stamp, hash)
}
