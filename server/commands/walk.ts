/** Performs the tour against the running demo, and prints each step. */
import { fetch, type Response } from 'undici'
import { apiKeyList } from '../config/api-keys.ts'
import { demoValues } from '../config/config.ts'
import { createSecretFiles } from '../config/secret-files.ts'
import { createSettingsReader } from '../config/settings-reader.ts'
import type { Command } from './command.ts'
import { requestOf, tour, type DemoAddresses, type Step } from './tour.ts'

export const walk: Command = async ({ env, print }) => {
  const settings = createSettingsReader(env, createSecretFiles({ isPrivate: false }))
  const host = env.HOST ?? '127.0.0.1'
  const demo: DemoAddresses = {
    server: `http://${host}:${env.PORT ?? 3000}`,
    sandbox: `http://${host}:${env.SANDBOX_PORT ?? 3001}`,
    apiKey: settings.optional('REACH_API_KEYS', apiKeyList)?.[0]?.key ?? demoValues.apiKey,
  }
  const appId = env.WECHAT_APPID ?? demoValues.appId
  const saved: Record<string, string> = {}
  for (const { title, steps } of tour(appId, Date.now().toString(36))) {
    print(`\n# ${title}`)
    for (const step of steps) await perform(step, demo, saved, print)
  }
  print('\nThe walk is complete: every reply was as expected.')
  return 0
}

async function perform(
  step: Step,
  demo: DemoAddresses,
  saved: Record<string, string>,
  print: (text: string) => void,
): Promise<void> {
  const fill = (text: string) =>
    text.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => saved[name] ?? '')
  const { method, url, headers, body } = requestOf(step, demo)
  print(`\n${step.says}\n  ${method} ${fill(url)}`)
  const reply = await fetch(fill(url), {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, fill(value)]),
    ),
    ...(body !== undefined && { body: fill(body) }),
  }).catch((cause: unknown) => {
    const address = demo[step.at]
    throw new Error(`No reply from ${address}: run npm start in another terminal.`, { cause })
  })
  const text = await wordsOf(reply)
  print(`  ${reply.status} ${text}`)
  const expected = fill(step.shows)
  if (!text.includes(expected)) throw new Error(`The reply does not contain ${expected}.`)
  if (step.saves) {
    const fields = JSON.parse(text) as Record<string, string>
    for (const [name, field] of Object.entries(step.saves)) saved[name] = fields[field] ?? ''
  }
  for (const [name, header] of Object.entries(step.savesHeaders ?? {})) {
    saved[name] = reply.headers.get(header) ?? ''
  }
}

/** An image by its type and size: its bytes are no words. */
async function wordsOf(reply: Response): Promise<string> {
  const type = reply.headers.get('Content-Type') ?? ''
  if (!type.startsWith('image/')) return reply.text()
  return `${type}, ${(await reply.arrayBuffer()).byteLength} bytes`
}
