/** What a receiver's answer to a push says, and whether the platform is content with it. */
import type { PushConfig } from './config.ts'
import { decrypt, sign } from './crypto.ts'

/** `reply`: the message within, decrypted where it was encrypted; `null`: none. */
export type ReadReply = { reply: string | null } | { problem: string }

export function readReply(
  status: number,
  body: string,
  { mode, token, aesKey }: PushConfig,
  appId: string,
): ReadReply {
  if (status !== 200) return { problem: `the status is ${status}, not 200` }
  const text = body.trim()
  if (text === '' || text === 'success') return { reply: null }
  const read = readFields(text)
  if (!read) return { problem: 'the body is neither success nor empty, XML or a JSON object' }
  const encrypted = read('Encrypt')
  if (encrypted === undefined) {
    return mode === 'safe' ? { problem: 'safe mode asks for an encrypted reply' } : { reply: text }
  }
  if (aesKey === undefined) return { problem: 'the reply is encrypted, and there is no aesKey' }
  const [timestamp, nonce] = [read('TimeStamp') ?? '', read('Nonce') ?? '']
  if (read('MsgSignature') !== sign(token, timestamp, nonce, encrypted)) {
    return { problem: 'the MsgSignature of the reply is wrong' }
  }
  try {
    return { reply: decrypt(encrypted, appId, aesKey) }
  } catch (error) {
    return { problem: `the reply cannot be decrypted: ${(error as Error).message}` }
  }
}

type Read = (name: string) => string | undefined

function readFields(text: string): Read | undefined {
  if (/^<xml[\s>][\s\S]*<\/xml>$/.test(text)) {
    return (name) => {
      const pattern = `<${name}>(?:<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|([^<]*))</${name}>`
      const [, data, plain] = new RegExp(pattern).exec(text) ?? []
      return data ?? plain
    }
  }
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
    const fields = new Map<string, unknown>(Object.entries(parsed))
    return (name) => (fields.has(name) ? String(fields.get(name)) : undefined)
  } catch {
    return undefined
  }
}
