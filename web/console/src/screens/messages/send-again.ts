/**
 * Sending a message again: as a new one. Its key is made of the first one's id, so that a message
 * is sent again once, however often it is asked for. The new one can be sent again in turn.
 */
import type { Message, MessageRequest, MessageWithCalls } from 'wx-reach-server/client'
import { api } from '../../api/api.ts'
import { pageOfMessages, type MessageFilters } from './list-messages.ts'

/** `content`: what was sent, in the request's own fields, while it is kept. */
export type MessageDetail = MessageWithCalls & { content?: Record<string, unknown> }

/** @returns the request of a new message, if the content of this one is kept */
export function requestOf(message: MessageDetail): MessageRequest | undefined {
  const { content, openId, channel, templateId } = message
  if (content === undefined || openId === undefined) return undefined
  const template = templateId === undefined ? {} : { templateId }
  return { ...content, channel, openId, ...template } as MessageRequest
}

/** @returns the new message, or the one that was made before */
export function sendAgain(id: string, request: MessageRequest): Promise<Message> {
  return api().messages.send(request, { idempotencyKey: `again-${id}`, respondAsync: true })
}

export interface Progress {
  done: number
  /** Sent, or queued: the outcome follows. */
  sent: number
  refused: number
  /** Their content was deleted, or their user. */
  skipped: number
}

/**
 * Sends all messages that pass the filters again, one after the other, oldest page last. Stopped by
 * its signal between two messages.
 */
export async function sendAllAgain(
  filters: MessageFilters,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<void> {
  const progress: Progress = { done: 0, sent: 0, refused: 0, skipped: 0 }
  // Those that arise now, the new messages themselves included, are not meant.
  const until = filters.until ?? new Date().toISOString()
  let cursor: string | undefined
  do {
    const page = await pageOfMessages({ ...filters, until }, { limit: 100, cursor, signal })
    for (const { id } of page.rows) {
      signal.throwIfAborted()
      const request = requestOf(await api().messages.get(id, { signal }))
      if (request === undefined) progress.skipped += 1
      else {
        const { state } = await sendAgain(id, request)
        progress[state === 'refused' ? 'refused' : 'sent'] += 1
      }
      progress.done += 1
      tell({ ...progress })
    }
    cursor = page.cursor
  } while (cursor !== undefined)
}
