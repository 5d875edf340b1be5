/**
 * Feeds random inputs to everything that reads what others wrote, each target in a process of its
 * own: an input that never ends stops nothing but its target.
 *
 *   npm run fuzz -- --seconds 20
 *   npm run fuzz -- --inputs 1000000 --seed 7
 *   npm run fuzz -- --target push-xml --seed 1234 --inputs 200    # repeats a failed round
 */
// oxlint-disable no-console -- a command speaks on the console
import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzz, maxGrowthBytes, type FuzzReport } from './fuzz.ts'
import { targets } from './targets/targets.ts'

/** A round takes less than a second. */
const maxRoundMs = 120_000
const processes = 2
const folder = resolve('dist/fuzz/failures')

type Message = { round: number } | { report: FuzzReport }

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    inputs: { type: 'string' },
    seed: { type: 'string' },
    target: { type: 'string' },
  },
})
const seed = Number(values.seed ?? Date.now() % 2 ** 31) | 0
const limit =
  values.inputs === undefined
    ? { seconds: numberOf('seconds', values.seconds ?? '20') }
    : { inputs: numberOf('inputs', values.inputs) }
const chosen = targets.filter(({ name }) => name === (values.target ?? name))
if (chosen.length === 0) {
  throw new Error(`--target must be one of ${targets.map(({ name }) => name).join(', ')}`)
}

function numberOf(option: string, value: string): number {
  const number = Number(value)
  if (number > 0) return number
  throw new Error(`--${option} must be a number over 0`)
}

/** In the process of one target. */
async function runHere(): Promise<void> {
  const tell = (message: Message) => process.send!(message)
  const report = await fuzz(chosen[0]!, {
    seed,
    limit,
    gc: globalThis.gc && (() => void globalThis.gc!()),
    onRound: (round) => tell({ round }),
  })
  tell({ report })
  process.disconnect()
}

/** What is wrong with a target, or nothing. */
function runTarget(name: string): Promise<string | undefined> {
  const [option, value] = Object.entries(limit)[0]!
  const args = ['--target', name, '--seed', String(seed), `--${option}`, String(value)]
  const child = fork(process.argv[1]!, args, {
    execArgv: ['--expose-gc'],
    env: { ...process.env, FUZZ_TARGET: name },
  })
  return new Promise((done) => {
    let round = seed
    let result: string | undefined = 'The process ended without a report.'
    const kill = () => {
      result = `No round takes ${maxRoundMs / 1_000} s: an input never ends. ${again(name, round)}`
      child.kill('SIGKILL')
    }
    let timer = setTimeout(kill, maxRoundMs)
    child.on('message', (message: Message) => {
      clearTimeout(timer)
      timer = setTimeout(kill, maxRoundMs)
      if ('round' in message) round = message.round
      else result = judge(message.report)
    })
    child.on('exit', () => {
      clearTimeout(timer)
      done(result)
    })
  })
}

const again = (name: string, round: number) =>
  `Repeat it: npm run fuzz -- --target ${name} --seed ${round} --inputs 200`

function judge(report: FuzzReport): string | undefined {
  const { target, inputs, tookMs, slowestMs, growthBytes, outcomes, failure } = report
  const growth = growthBytes === undefined ? 'not watched' : `${megabytes(growthBytes)} MB`
  const rate = Math.round(inputs / (tookMs / 1_000))
  const shares = Object.entries(outcomes)
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, times]) => `${outcome} ${times}`)
  console.log(
    `${target.padEnd(15)}${String(inputs).padStart(9)} inputs, ${rate}/s, ` +
      `slowest ${slowestMs.toFixed(1)} ms, growth ${growth}\n  ${shares.join(', ')}`,
  )
  if (failure) return saved(target, failure)
  if (growthBytes !== undefined && growthBytes > maxGrowthBytes) {
    return `The memory grew by ${growth} in the second half. ${again(target, seed)}`
  }
  return undefined
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(2)

function saved(target: string, failure: NonNullable<FuzzReport['failure']>): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${target}-${failure.seed}.txt`)
  const { message, input, smallest } = failure
  writeFileSync(file, `${message}\n\nInput:\n${input}\n\nSmallest input:\n${smallest}\n`)
  const shown = smallest.slice(0, 2_000)
  return `${message}\nSmallest: ${shown}\n${again(target, failure.seed)}\nSaved: ${file}`
}

async function runAll(): Promise<void> {
  console.log(`seed ${seed}`)
  const waiting = [...chosen]
  const faults: string[] = []
  async function work(): Promise<void> {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const fault = await runTarget(target.name)
      if (fault !== undefined) faults.push(`${target.name}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: processes }, work))
  for (const fault of faults) console.error(`\n${fault}`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

await (process.env.FUZZ_TARGET === undefined ? runAll() : runHere())
