/** What a conversation shows, from what the server keeps of it. */
import type { ConversationEntry } from 'wx-reach-server/client'
import { bubbleOfMessage, type Bubble } from '../../pictures/bubble.ts'

/** Of one moment there may be a push and a message. */
export const keyOfEntry = (entry: ConversationEntry): string =>
  entry.by === 'app' ? entry.message.id : `${entry.at} ${entry.type}`

/** `notice`: an event, which is no part of the talk. `hidden`: its content is not at hand. */
export type Shown = Bubble | { kind: 'notice' } | { kind: 'hidden' }

const events = ['user_enter_tempsession', 'event']

export function shownOf(entry: ConversationEntry): Shown {
  if (entry.by === 'app') {
    return entry.content ? bubbleOfMessage(entry.content) : { kind: 'hidden' }
  }
  const { type, content } = entry
  if (events.includes(type)) return { kind: 'notice' }
  if (!content) return { kind: 'hidden' }
  const text = (field: string) => (typeof content[field] === 'string' ? content[field] : '')
  switch (type) {
    case 'text':
      return { kind: 'text', parts: [{ text: text('Content') }] }
    case 'image':
      // The picture is at WeChat's, and the console loads nothing from elsewhere.
      return { kind: 'image' }
    case 'miniprogrampage':
      return { kind: 'card', title: text('Title'), path: text('PagePath') }
    case 'link':
      return {
        kind: 'link',
        title: text('Title'),
        description: text('Description'),
        url: text('Url'),
      }
    default:
      return { kind: 'other', name: type }
  }
}

export interface Link {
  text: string
  path: string
}

/** The parts of an answer: its text, then the link into the mini-program, if there is one. */
export function partsOf(text: string, link: Link | undefined): (string | Link)[] {
  const path = link?.path.trim().replace(/^\/+/, '')
  return [
    ...(text.trim() ? [text.trim()] : []),
    ...(link && path ? [...(text.trim() ? ['\n'] : []), { text: link.text.trim(), path }] : []),
  ]
}

export type LinkProblem = 'text' | 'path'

/** What a link lacks. Neither text nor path: there is no link. */
export function problemOfLink({ text, path }: Link): LinkProblem | undefined {
  if (!text.trim() === !path.trim()) return undefined
  return text.trim() ? 'path' : 'text'
}
