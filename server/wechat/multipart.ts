/** One file as multipart/form-data (RFC 7578), written by hand: the whole body is at hand, and its length with it. */
import { randomBytes } from 'node:crypto'
import type { Payload } from './exchange.ts'

export interface Upload {
  /** The name of the form's field: `media`. */
  field: string
  /** With an extension: WeChat looks at it. ASCII without quotes. */
  fileName: string
  contentType: string
  bytes: Buffer
}

export function multipart({ field, fileName, contentType, bytes }: Upload): Payload {
  // Random, so that no file can hold it by chance or on purpose.
  const boundary = `----reach${randomBytes(16).toString('hex')}`
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${field}"; filename="${fileName}"`,
    `Content-Type: ${contentType}`,
    '',
    '',
  ].join('\r\n')
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}
