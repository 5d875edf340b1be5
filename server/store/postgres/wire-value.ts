/** Values as they go to the server. */
import type { One, Value } from '../sql.ts'

export type { Value }

/** Arrays are written here: the driver quotes each number of them and searches it for what to escape. */
export const wireValue = (value: Value): Exclude<Value, readonly One[]> => {
  if (typeof value === 'string') return storable(value)
  return isArray(value) ? `{${value.map(element).join()}}` : value
}

const isArray = (value: Value): value is readonly One[] => Array.isArray(value)

/** PostgreSQL's text holds every character but one, which a stranger may send. */
const storable = (text: string) => (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text)

const special = /["\\]/

function element(value: One): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') {
    const text = storable(value)
    return `"${special.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`
  }
  if (typeof value === 'object') return `"\\\\x${hexOf(value)}"`
  return String(value)
}

const hexOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex')
