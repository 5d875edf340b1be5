// oxlint-disable no-console -- a command speaks on the console
// Builds a mini-program offline as DevTools does: packs its npm packages and compiles it. Then
// checks, which DevTools does not, that every require of the output has a target.
//
//   node compile.cjs <folder of project.config.json> [--npm]
const { generateKeyPairSync } = require('node:crypto')
const { existsSync, readFileSync } = require('node:fs')
const { join, posix } = require('node:path')
const ci = require('miniprogram-ci')

const [folder, ...flags] = process.argv.slice(2)
const config = JSON.parse(readFileSync(join(folder, 'project.config.json'), 'utf8'))
const root = join(folder, config.miniprogramRoot || '')

// It would sign an upload. Nothing is uploaded, so that any key serves.
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
})

async function packNpm() {
  const { miniProgramPackNum, warnList } = await ci.packNpmManually({
    packageJsonPath: join(root, 'package.json'),
    miniprogramNpmDistDir: root,
  })
  console.log(`${miniProgramPackNum} npm packages packed`)
  if (miniProgramPackNum < 1) throw new Error('packNpmManually found no package of a mini-program')
  if (warnList.length) throw new Error(`packNpmManually warns: ${JSON.stringify(warnList)}`)
  if (!existsSync(join(root, 'miniprogram_npm'))) throw new Error('no miniprogram_npm was made')
}

/**
 * Where the platform looks for a module: beside the file for `./`, else in each miniprogram_npm on
 * the way up.
 */
function candidates(from, target) {
  const here = posix.dirname(from)
  if (/^\.{0,2}\//.test(target)) return [posix.join(target[0] === '/' ? '' : here, target)]
  const places = here.split('/').map((_, n, parts) => parts.slice(0, parts.length - n).join('/'))
  return [...places, ''].map((place) => posix.join(place, 'miniprogram_npm', target))
}

function unresolved(files) {
  const missing = []
  const has = (path) =>
    [path, `${path}.js`, `${path}/index.js`].some((name) => name.endsWith('.js') && name in files)
  for (const [name, content] of Object.entries(files)) {
    if (!name.endsWith('.js')) continue
    for (const [, target] of String(content).matchAll(/\brequire\(\s*["']([^"']+)["']\s*\)/g)) {
      // The compiler's own runtime, which DevTools adds when it uploads.
      if (target.startsWith('@babel/runtime/') && has(posix.normalize(target))) continue
      if (!candidates(name, target).some(has)) missing.push(`${name} requires ${target}`)
    }
  }
  return missing
}

async function main() {
  if (flags.includes('--npm')) await packNpm()
  const project = new ci.Project({
    appid: 'wx0123456789abcdef',
    type: 'miniProgram',
    projectPath: folder,
    privateKey,
    ignores: ['**/node_modules/**'],
    // Without it the builder asks the platform.
    attr: async () => ({
      platform: true,
      setting: { MaxCodeSize: 2, MaxSubpackageSubCodeSize: 2 },
    }),
  })
  const files = await ci.getCompiledResult({
    project,
    version: '1.0.0',
    desc: 'check',
    setting: { es6: true, minify: true },
  })
  const scripts = Object.keys(files).filter((name) => name.endsWith('.js'))
  if (flags.includes('--list')) console.log(Object.keys(files).join('\n'))
  if (!scripts.includes('app.js') && !scripts.includes('app-service.js'))
    throw new Error(`no app.js in ${Object.keys(files)}`)
  const missing = unresolved(files)
  if (missing.length) throw new Error(`requires without a target:\n${missing.join('\n')}`)
  console.log(`${scripts.length} scripts compiled, every require resolved`)
}

main().then(
  // It leaves worker processes, which would keep this process alive.
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
