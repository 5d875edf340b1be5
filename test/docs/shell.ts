/** What a command in the documents says, checked without running it. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { serverPaths, settingNames } from './known-names.ts'
import { isThere, root, textOf } from './pages.ts'

const scriptsOf = (file: string) =>
  Object.keys((JSON.parse(textOf(file)) as { scripts: object }).scripts)
const scripts = [...scriptsOf('package.json'), ...scriptsOf('miniprogram/package.json')]
const ofNpm = ['ci', 'install', 'pack', 'prune', 'start', 'test', 'run']

const helpTexts = new Map<string, string>()
/** Runs what `tsc -b` built. */
function helpOf(words: string): string {
  const known = helpTexts.get(words)
  if (known !== undefined) return known
  const args = [join(root, 'dist/server/main.js'), ...words.split(' ').filter(Boolean), '--help']
  const text = execFileSync(process.execPath, args, { encoding: 'utf8' })
  helpTexts.set(words, text)
  return text
}
const commandNames = () => [...helpOf('').matchAll(/^ {2}(\w+(?: \w+)?) {2,}/gm)].map(([, n]) => n!)

/** The simple commands of a script, without comments, each in one line. */
export function commandsOf(script: string): string[] {
  return script
    .replaceAll(/\\\n\s*/g, ' ')
    .replaceAll(/(^|\s)#.*$/gm, '')
    .split(/\n|&&|\|\||;|\||\s&(?=\s|$)/)
    .map((command) => command.trim())
    .filter(Boolean)
}

/** What is wrong with a script: its syntax, or a name in it that there is not. */
export function problemsOf(script: string): string[] {
  const parsed = syntaxOf(script)
  return [...parsed, ...commandsOf(script).flatMap(problemsOfCommand)]
}

function syntaxOf(script: string): string[] {
  try {
    // `<API key>` and `…` stand for what the reader fills in.
    const filled = script.replaceAll(/<[^<>\n]+>/g, 'value')
    execFileSync('bash', ['-n', '-c', filled], { stdio: 'pipe' })
    return []
  } catch (error) {
    return [String((error as { stderr: Buffer }).stderr)]
  }
}

function problemsOfCommand(command: string): string[] {
  const settings = [...command.matchAll(/\b(?:REACH|WECHAT)_[A-Z_]+\b/g)]
    .map(([name]) => name)
    .filter((name) => !settingNames.has(name.replace(/_FILE$/, '')))
    .map((name) => `${name} is no setting`)
  return [...settings, ...programOf(command), ...pathsOf(command), ...addressesOf(command)]
}

function programOf(command: string): string[] {
  const ours = /(?:^|\s)(?:wx-reach-server|dist\/server\/main\.js) (.*)$/.exec(command)
  if (ours) return optionsOf(ours[1]!)
  const npm = /^npm (?:-\S+ )*(\S+)(?: (.*))?$/.exec(command)
  if (!npm) return []
  const [, verb, rest = ''] = npm
  if (!ofNpm.includes(verb!)) return [`npm ${verb} is nothing that we use`]
  const script = /^(?:-\S+ )*(\S+)/.exec(rest)?.[1]
  return verb === 'run' && !scripts.includes(script!) ? [`npm run ${script} is no script`] : []
}

function optionsOf(rest: string): string[] {
  const words = rest.split(' ')
  const names = commandNames()
  const two = words.slice(0, 2).join(' ')
  const name = names.includes(two) ? two : words[0]!
  if (name.startsWith('--')) return /^--(help|version)$/.test(name) ? [] : [`no option ${name}`]
  if (!names.includes(name)) return [`wx-reach-server has no command ${name}`]
  const help = helpOf(name)
  return [...rest.matchAll(/(?<=\s)(--[a-z-]+)/g)]
    .map(([option]) => option)
    .filter((option) => !new RegExp(`^  ${option}\\b`, 'm').test(help))
    .map((option) => `${name} has no option ${option}`)
}

/** Files of the repository. Ellipses and `…/the/one` stand for any. */
function pathsOf(command: string): string[] {
  const paths = /(?<![\w/.$-])(?:deploy|docs|test|server|\.ci)\/[\w./-]+/g
  return [...command.matchAll(paths)]
    .map(([path]) => path.replace(/\.$/, ''))
    .filter((path) => !/the\/one|\/x\.|^deploy\/(secrets|wx-reach\.env)/.test(path))
    .filter(
      (path) => !isThere(path) && !isThere(`${path}.test.ts`) && !isThere(`${path}.long.test.ts`),
    )
    .map((path) => `${path} is not there`)
}

function addressesOf(command: string): string[] {
  const address = /^curl .*?\bhttps?:\/\/(?:reach\.example\.com|localhost:3000)(\/[^\s'"]*)/
  const path = address.exec(command)?.[1]
  if (path === undefined) return []
  const method = /-X (\w+)/.exec(command)?.[1] ?? (/ (-d|--data)/.test(command) ? 'POST' : 'GET')
  return serverPaths.has(`${method} ${path}`) ? [] : [`${method} ${path} is no route`]
}
