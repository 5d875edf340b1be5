/** Who has a phone, which chats they have, and what was sent there. */
import type { Card, Chat, PhoneUser } from '../device.ts'
import { createSandbox, type Sandbox, type Settings } from './http.ts'
import { remembered } from './storage.ts'
import { wordsOf, type Words } from './words.ts'

export const libraries = [
  '1.0.0',
  '1.1.0',
  '1.2.0',
  '1.2.4',
  '1.5.0',
  '1.9.90',
  '2.0.8',
  '2.3.0',
  '2.10.4',
  '2.17.3',
  '3.17.0',
] as const

const people: readonly [name: string, color: string][] = [
  ['Alice', '#0052d9'],
  ['Bob', '#e37318'],
  ['Carol', '#2ba471'],
  ['Dave', '#8e56dd'],
]

export const userOf = (name: string): PhoneUser => ({
  // As long as a real one.
  openId: `oSim_${name.replace(/\W/g, '')}`.padEnd(28, '0'),
  name,
  color: people.find(([known]) => known === name)?.[1] ?? '#5e5e5e',
})

export const everybody = people.map(([name]) => name)

export interface SentCard {
  id: number
  chat: string
  from: string
  card: Card
}

export type Theme = 'light' | 'dark'

export interface World {
  readonly settings: Settings
  readonly sandbox: Sandbox
  words(): Words
  language(): 'zh' | 'en'
  switchLanguage(): void
  theme(): Theme
  setTheme(theme: Theme): void
  /** Of the platform: the sandbox's clock. Milliseconds since 1970. */
  now(): number
  /** Reads the clock of the sandbox, after it was advanced. */
  advanceClock(advanceMs: number): Promise<void>
  library(): string
  setLibrary(library: string): void
  chats(): readonly Chat[]
  cards(): readonly SentCard[]
  send(user: PhoneUser, chat: Chat, card: Card): void
  /** The names of groups by their openGId. */
  readonly groupNames: Map<string, string>
  /** A control in a user's name; a user that the sandbox has forgotten is added again. */
  control<Result>(user: PhoneUser, name: string, body: object): Promise<Result>
  changed(listener: () => void): void
  tell(): void
}

export function createWorld(settings: Settings): World {
  const search = new URLSearchParams(location.search)
  const language = remembered<'zh' | 'en'>(
    'language',
    navigator.language.startsWith('zh') ? 'zh' : 'en',
  )
  if (search.has('lang')) language.set(search.get('lang') === 'en' ? 'en' : 'zh')
  const library = remembered<string>('library', libraries.at(-1)!)
  if (search.has('library')) library.set(search.get('library')!)
  const theme = remembered<Theme>('theme', 'light')
  let clockOffsetMs = 0
  const cards = remembered<SentCard[]>('cards', [])
  const listeners = new Set<() => void>()
  const tell = () => listeners.forEach((listener) => listener())
  const words = () => wordsOf(language.get())
  const sandbox = createSandbox(settings.sandbox, settings.appId, () => words().noSandbox)
  return {
    settings,
    sandbox,
    words,
    language: language.get,
    switchLanguage() {
      language.set(language.get() === 'zh' ? 'en' : 'zh')
      tell()
    },
    theme: theme.get,
    setTheme(next) {
      theme.set(next)
      tell()
    },
    now: () => Date.now() + clockOffsetMs,
    async advanceClock(advanceMs) {
      const { now } = await sandbox.post<{ now: string }>('clock', { advanceMs })
      clockOffsetMs = Date.parse(now) - Date.now()
      tell()
    },
    library: library.get,
    setLibrary(next) {
      library.set(next)
      tell()
    },
    chats: () => [
      { id: 'friend', name: words().friend, group: false },
      { id: 'family', name: '家人群', group: true },
      { id: 'work', name: '同事群', group: true },
    ],
    cards: cards.get,
    send(user, chat, card) {
      const id = (cards.get().at(-1)?.id ?? 0) + 1
      cards.set([...cards.get().slice(-49), { id, chat: chat.id, from: user.name, card }])
      tell()
    },
    groupNames: new Map(),
    async control<Result>(user: PhoneUser, name: string, body: object) {
      const { openId } = user
      try {
        return await sandbox.post<Result>(name, { openId, ...body })
      } catch (error) {
        await sandbox.post('users', { openId }).catch(() => {
          throw error
        })
        return sandbox.post<Result>(name, { openId, ...body })
      }
    },
    changed: (listener) => void listeners.add(listener),
    tell,
  }
}
