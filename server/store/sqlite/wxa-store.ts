/** The part of the store that keeps codes and media. */
import type { CodeStore, MediaStore, OpenCode } from '../code-store.ts'
import { findMedia, findMediaBytes, keepMedia, renewMedia, sweepMedia } from './media.ts'
import { findScene } from './scenes.ts'
import type { Statements } from './statements.ts'
import type { Writer } from './writer.ts'
import { countCodes } from './wxa-codes-count.ts'
import { dropCode, keepCode, openCode } from './wxa-codes-made.ts'
import { findCode, findQueuedCodes, queueCode } from './wxa-codes.ts'

export const wxaOperations = {
  openCode,
  keepCode,
  dropCode,
  queueCode,
  keepMedia,
  renewMedia,
  sweepMedia,
}

interface Deps {
  writer: Pick<Writer<typeof wxaOperations>, 'run'>
  query<Result>(question: (sql: Statements) => Result): Promise<Result>
  /** This machine's clock since the file was opened. */
  engineNow(): number
}

export function createWxaStore({ writer, query, engineNow }: Deps): CodeStore & MediaStore {
  return {
    findCode: (appId, key) => query((sql) => findCode(sql, appId, key)),
    openCode: (input: OpenCode) => writer.run('openCode', { input, engineMs: engineNow() }),
    keepCode: (input) => writer.run('keepCode', input),
    dropCode: (input) => writer.run('dropCode', input),
    queueCode: (input) => writer.run('queueCode', input),
    findQueuedCodes: (appId, limit) => query((sql) => findQueuedCodes(sql, appId, limit)),
    countCodes: (appId) => query((sql) => countCodes(sql, appId)),
    findScene: (appId, scene) => query((sql) => findScene(sql, appId, scene)),

    keepMedia: (input) => writer.run('keepMedia', input),
    renewMedia: (input) => writer.run('renewMedia', input),
    findMedia: (appId, mediaId) => query((sql) => findMedia(sql, appId, mediaId)),
    findMediaBytes: (appId, mediaId) => query((sql) => findMediaBytes(sql, appId, mediaId)),
  }
}
