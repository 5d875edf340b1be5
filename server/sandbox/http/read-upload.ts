/** The file in the field `media` of a multipart body. */
import { Busboy } from '@fastify/busboy'
import type { Upload } from '../api/endpoint.ts'

/** `undefined`: there is none, or the body is no multipart. */
export async function readUpload(bytes: Buffer, contentType: string): Promise<Upload | undefined> {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined
  return new Promise((resolve) => {
    let upload: Upload | undefined
    try {
      const parser = new Busboy({
        headers: { 'content-type': contentType },
        // A part without a file name is a file all the same.
        isPartAFile: (field) => field === 'media',
      })
      parser.on('file', (field, stream, name) => {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          if (field === 'media') upload ??= { name: name ?? '', bytes: Buffer.concat(parts) }
        })
      })
      parser.on('finish', () => resolve(upload))
      // A body that ends in the middle of a part is not a file.
      parser.on('error', () => resolve(undefined))
      parser.end(bytes)
    } catch {
      // The boundary is missing.
      resolve(undefined)
    }
  })
}
