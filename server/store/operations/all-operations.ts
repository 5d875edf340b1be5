/** All operations by the names of the store's interface, and the store's functions over them. */
import type { ResultOf, Sql, Step } from '../sql.ts'
import type { Store } from '../store.ts'
import * as apiKeys from './api-keys.ts'
import { findAudit, findMessageAudit, recordAudit } from './audit.ts'
import * as codes from './codes.ts'
import { findHistory, findCredits, recordCredit } from './credits.ts'
import { continueErasures, countCalls, eraseStep, eraseUser, nextErasure } from './erase.ts'
import { ingest } from './events.ts'
import { findExported } from './export.ts'
import { findHolders } from './find-holders.ts'
import { findCalls, findMessages } from './find-messages.ts'
import { findGroup, findGroups, findShare } from './find-shares.ts'
import * as media from './media.ts'
import { findMessage } from './message-rows.ts'
import { claimMessages, openMessage, settleMessage } from './messages.ts'
import { findPushes, recordPush } from './pushes.ts'
import { countSlots, reserveSlot } from './rate-slots.ts'
import { findSuspensions, resumeChannel, suspendChannel } from './send-limits.ts'
import * as sessions from './sessions.ts'
import { sumCredits } from './sum-credits.ts'
import { sweep, sweepStep } from './sweep.ts'
import * as tokens from './tokens.ts'
import { findUser } from './users.ts'

/** Operations that write. Each is one transaction. */
export const writes = {
  signIn: sessions.signIn,
  deleteSessions: sessions.deleteSessions,
  replaceSealedKeys: sessions.replaceSealedKeys,
  ingest,
  recordCredit,
  recordPush,
  openMessage,
  settle: settleMessage,
  claimMessages,
  suspendChannel,
  resumeChannel,
  replaceSealedToken: tokens.replaceSealedToken,
  leaseToken: tokens.leaseToken,
  endTokenLease: tokens.endTokenLease,
  forceToken: tokens.forceToken,
  reserveSlot,
  openCode: codes.openCode,
  keepCode: codes.keepCode,
  dropCode: codes.dropCode,
  queueCode: codes.queueCode,
  keepMedia: media.keepMedia,
  renewMedia: media.renewMedia,
  addApiKey: apiKeys.addApiKey,
  deleteApiKey: apiKeys.deleteApiKey,
  touchApiKey: apiKeys.touchApiKey,
  recordAudit,
  eraseUser,
  eraseStep,
  sweepStep,
}

type Writes = typeof writes

/** What an engine's store is made of. */
export interface Engine {
  read<Result>(question: (sql: Sql) => Step<Result>): Promise<Result>
  /** Runs one of `writes` as a transaction. */
  write<Name extends keyof Writes>(
    name: Name,
    input: Parameters<Writes[Name]>[1],
  ): Promise<ResultOf<ReturnType<Writes[Name]>>>
}

type EnginesOwn = 'ready' | 'ping' | 'close' | 'countRequest'

/** The functions that are the same on every engine. */
export const createOperations = ({ read, write }: Engine): Omit<Store, EnginesOwn> => ({
  signIn: (input) => write('signIn', input),
  deleteSessions: (input) => write('deleteSessions', input),
  findSession: (tokenHash, nowMs) => read((sql) => sessions.findSession(sql, tokenHash, nowMs)),
  findSessionKeys: (user, sinceMs) => read((sql) => sessions.findSessionKeys(sql, user, sinceMs)),
  findSealedKeys: (input) => read((sql) => sessions.findSealedKeys(sql, input)),
  replaceSealedKeys: (replacements) => write('replaceSealedKeys', replacements),
  findUser: (appId, openId) => read((sql) => findUser(sql, appId, openId)),

  ingest: (input) => write('ingest', input),
  recordPush: (input) => write('recordPush', input),
  findPushes: (appId, page) => read((sql) => findPushes(sql, { appId, page })),
  recordCredit: (input) => write('recordCredit', input),
  findCredits: (appId, openId, nowMs) => read((sql) => findCredits(sql, appId, openId, nowMs)),
  findHolders: (appId, page) => read((sql) => findHolders(sql, { appId, page })),
  sumCredits: (input) => read((sql) => sumCredits(sql, input)),
  findHistory: (appId, openId) => read((sql) => findHistory(sql, appId, openId)),

  openMessage: (input) => write('openMessage', input),
  settle: (input) => write('settle', input),
  claimMessages: (input) => write('claimMessages', input),
  findMessage: (appId, id) => read((sql) => findMessage(sql, appId, id)),
  findCalls: (appId, id) => read((sql) => findCalls(sql, { appId, id })),
  findMessages: (appId, page) => read((sql) => findMessages(sql, { appId, page })),
  suspendChannel: (suspension) => write('suspendChannel', suspension),
  resumeChannel: (appId, channel, shutAtMs) => write('resumeChannel', { appId, channel, shutAtMs }),
  findSuspensions: (appId) => read((sql) => findSuspensions(sql, appId)),

  findToken: (appId) => read((sql) => tokens.findToken(sql, appId)),
  replaceSealedToken: (input) => write('replaceSealedToken', input),
  leaseToken: (input) => write('leaseToken', input),
  endTokenLease: (input) => write('endTokenLease', input),
  forceToken: (input) => write('forceToken', input),
  reserveSlot: (input) => write('reserveSlot', input),
  countSlots: (appId, nowMs) => read((sql) => countSlots(sql, appId, nowMs)),

  findGroups: (appId, page) => read((sql) => findGroups(sql, { appId, page })),
  findGroup: (appId, openGId, page) => read((sql) => findGroup(sql, { appId, openGId, page })),
  findShare: (appId, shareId, page) => read((sql) => findShare(sql, { appId, shareId, page })),

  findCode: (appId, key) => read((sql) => codes.findCode(sql, appId, key)),
  openCode: (input) => write('openCode', input),
  keepCode: (input) => write('keepCode', input),
  dropCode: (input) => write('dropCode', input),
  queueCode: (input) => write('queueCode', input),
  findQueuedCodes: (appId, limit) => read((sql) => codes.findQueuedCodes(sql, appId, limit)),
  countCodes: (appId) => read((sql) => codes.countCodes(sql, appId)),
  findScene: (appId, scene) => read((sql) => codes.findScene(sql, appId, scene)),

  keepMedia: (input) => write('keepMedia', input),
  renewMedia: (input) => write('renewMedia', input),
  findMedia: (appId, mediaId) => read((sql) => media.findMedia(sql, appId, mediaId)),
  findMediaBytes: (appId, mediaId) => read((sql) => media.findMediaBytes(sql, appId, mediaId)),

  addApiKey: (input) => write('addApiKey', input),
  findApiKey: (hash, nowMs) => read((sql) => apiKeys.findApiKey(sql, hash, nowMs)),
  listApiKeys: (appId) => read((sql) => apiKeys.listApiKeys(sql, appId)),
  deleteApiKey: (input) => write('deleteApiKey', input),
  touchApiKey: (input) => write('touchApiKey', input),
  recordAudit: (input) => write('recordAudit', input),
  findAudit: (page) => read((sql) => findAudit(sql, page)),
  findMessageAudit: (appId, id) => read((sql) => findMessageAudit(sql, { appId, id })),

  eraseUser: (input) => write('eraseUser', input),
  continueErasures: (signal) =>
    continueErasures(
      () => read(nextErasure),
      (user) => write('eraseStep', user),
      signal,
    ),
  countCalls: (user) => read((sql) => countCalls(sql, user)),
  findExported: (input) => read((sql) => findExported(sql, input)),

  sweep: (input) => sweep((step) => write('sweepStep', step), input),
})
