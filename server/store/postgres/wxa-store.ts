/** The part of the store that keeps codes and media. */
import type { CodeStore, MediaStore } from '../code-store.ts'
import type { Database } from './database.ts'
import { findMedia, findMediaBytes, keepMedia, renewMedia } from './media.ts'
import { findScene } from './scenes.ts'
import { countCodes } from './wxa-codes-count.ts'
import { dropCode, keepCode, openCode } from './wxa-codes-made.ts'
import { findCode, findQueuedCodes, queueCode } from './wxa-codes.ts'

export function createWxaStore({
  query,
  transact,
}: Pick<Database, 'query' | 'transact'>): CodeStore & MediaStore {
  return {
    findCode: (appId, key) => query((sql) => findCode(sql, appId, key)),
    openCode: (input) => transact((sql) => openCode(sql, input)),
    keepCode: (input) => transact((sql) => keepCode(sql, input)),
    dropCode: (input) => transact((sql) => dropCode(sql, input)),
    queueCode: (input) => transact((sql) => queueCode(sql, input)),
    findQueuedCodes: (appId, limit) => query((sql) => findQueuedCodes(sql, appId, limit)),
    countCodes: (appId) => query((sql) => countCodes(sql, appId)),
    findScene: (appId, scene) => query((sql) => findScene(sql, appId, scene)),

    keepMedia: (input) => transact((sql) => keepMedia(sql, input)),
    renewMedia: (input) => transact((sql) => renewMedia(sql, input)),
    findMedia: (appId, mediaId) => query((sql) => findMedia(sql, appId, mediaId)),
    findMediaBytes: (appId, mediaId) => query((sql) => findMediaBytes(sql, appId, mediaId)),
  }
}
