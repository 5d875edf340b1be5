/**
 * Runs before the page is drawn, and before the other scripts are there: shows the first view,
 * which stands in the page in both languages, and asks for what the screen will show. The server
 * writes the addresses into the element of this script.
 */
import type { FirstAsked } from '../api/first-asked.ts'
import { firstLanguage, showTheme, tagOf, themeMemory } from '../words/choices.ts'
import type { ConsoleSessionReply } from '../../../../shared/wire/index.ts'
import { appPlace, paramPlace } from './first-places.ts'

const { requests } = (document.currentScript as HTMLScriptElement).dataset
const root = document.documentElement
const base = new URL(document.baseURI)
const query = new URLSearchParams(location.search)
const chosenApp = query.get('app')

function ask(replies: FirstAsked['replies'], { apps }: ConsoleSessionReply): void {
  query.delete('app')
  // Filters, and what else is in a query, make other requests.
  if (query.size > 0 || !requests) return
  const app = apps.find(({ appId }) => appId === chosenApp) ?? apps[0]
  const param = location.pathname.slice(base.pathname.length).split('/')[1] ?? ''
  for (const path of JSON.parse(requests) as string[]) {
    const filled = path.replace(appPlace, app?.appId ?? '').replace(paramPlace, param)
    const { href } = new URL(`../${filled}`, base)
    const reply = fetch(href)
    // Whoever takes it sees the error.
    reply.catch(() => {})
    replies.set(href, reply)
  }
}

async function askSession(replies: FirstAsked['replies']): Promise<Response> {
  const reply = await fetch(new URL('../v1/console/session', base))
  // Nobody is signed in: what comes is no screen.
  if (reply.ok) ask(replies, (await reply.clone().json()) as ConsoleSessionReply)
  else delete root.dataset.first
  return reply
}

const language = firstLanguage()
root.lang = tagOf[language]
showTheme(themeMemory.read() ?? 'auto')
if (requests !== undefined) root.dataset.first = language
const replies: FirstAsked['replies'] = new Map()
const session = askSession(replies)
session.catch(() => {})
globalThis.firstAsked = { session, replies }
