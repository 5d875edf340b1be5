/** Takes the tour against the demo that is running, and prints each step. */
import { fetch } from 'undici'
import { demoValues } from '../config/config.ts'
import { requestOf } from '../demo/request.ts'
import type { Places } from '../demo/request.ts'
import { tour } from '../demo/tour.ts'
import type { Step } from '../demo/tour.ts'
import type { Command } from './command.ts'

export const walk: Command = async ({ env, print }) => {
  const host = env.HOST ?? '127.0.0.1'
  const places: Places = {
    server: `http://${host}:${env.PORT ?? 3000}`,
    sandbox: `http://${host}:${env.SANDBOX_PORT ?? 3001}`,
    apiKey: env.REACH_API_KEYS?.split(/[,:]/)[0] ?? demoValues.apiKey,
  }
  const saved: Record<string, string> = {}
  for (const { title, steps } of tour(
    env.WECHAT_APPID ?? demoValues.appId,
    Date.now().toString(36),
  )) {
    print(`\n# ${title}`)
    for (const step of steps) await take(step, places, saved, print)
  }
  print('\nThe walk is over: all of it happened.')
  return 0
}

async function take(
  step: Step,
  places: Places,
  saved: Record<string, string>,
  print: (text: string) => void,
): Promise<void> {
  const fill = (text: string) =>
    text.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => saved[name] ?? '')
  const { method, url, headers, body } = requestOf(step, places)
  print(`\n${step.says}\n  ${method} ${fill(url)}`)
  const reply = await fetch(fill(url), {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, fill(value)]),
    ),
    ...(body !== undefined && { body: fill(body) }),
  }).catch((cause: unknown) => {
    throw new Error(`Nothing answers at ${places[step.at]}: run npm start in another terminal.`, {
      cause,
    })
  })
  const text = await reply.text()
  print(`  ${reply.status} ${text}`)
  if (!text.includes(fill(step.shows)))
    throw new Error(`The reply does not show ${fill(step.shows)}.`)
  const fields = JSON.parse(text) as Record<string, string>
  for (const [name, field] of Object.entries(step.saves ?? {})) saved[name] = fields[field] ?? ''
}
