/** `npm run crash -- --kills 50 --engine SQLite --seed 7` */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { kills: { type: 'string' }, engine: { type: 'string' }, seed: { type: 'string' } },
})
const args = ['jest', '--config', 'jest.all.config.mjs', '--runInBand', 'test/crash']
if (values.engine) args.push('--testNamePattern', `on ${values.engine}`)
const env = {
  ...process.env,
  ...(values.kills && { CRASH_KILLS: values.kills }),
  ...(values.seed && { CRASH_SEED: values.seed }),
}
process.exitCode = spawnSync('npx', args, { stdio: 'inherit', env }).status ?? 1
