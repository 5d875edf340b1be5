/** All operations by the names of the store's interface, and the store's functions over them. */
import type { ResultOf, Sql, Step } from '../sql.ts'
import type { Store } from '../store.ts'
import * as apiKeys from './api-keys.ts'
import { findAudit, findMessageAudit, recordAudit } from './audit.ts'
import * as leases from './broadcast-leases.ts'
import * as audience from './broadcast-audience.ts'
import * as recipients from './broadcast-recipients.ts'
import * as results from './broadcast-results.ts'
import * as broadcasts from './broadcasts.ts'
import { cancelMessage } from './cancel-message.ts'
import * as changes from './changes.ts'
import { claimMessages } from './claim-messages.ts'
import * as codes from './codes.ts'
import { findHistory, findCredits, findLatestHistory, recordCredit } from './credits.ts'
import { countCalls, countErasures, eraseStep, eraseUser, findErasures } from './erase.ts'
import { ingest } from './events.ts'
import { findExported } from './export.ts'
import { findCodeImage, findCodes } from './find-codes.ts'
import { findConversation, findWindows } from './find-conversations.ts'
import { findHolders } from './find-holders.ts'
import { findBacklog, findCalls, findMessages, sumMessages } from './find-messages.ts'
import { findGroup, findGroups } from './find-groups.ts'
import { findShare, findShares } from './find-shares.ts'
import * as media from './media.ts'
import { findMessage } from './message-rows.ts'
import { openMessage, settleMessage } from './messages.ts'
import { findPushes, isForwarded, keepForwarded, recordPush } from './pushes.ts'
import { countSlots, reserveSlot } from './rate-slots.ts'
import { findSuspensions, resumeChannel, suspendChannel } from './send-limits.ts'
import * as sessions from './sessions.ts'
import { sumCredits } from './sum-credits.ts'
import { sweep, sweepStep } from './sweep.ts'
import { findTagResults, findTags } from './tag-results.ts'
import * as tokens from './tokens.ts'
import { findUser } from './users.ts'
import { createWebhookOperations, webhookWrites } from './webhook-steps.ts'

/** Operations that write. Each is one transaction. */
export const writes = {
  signIn: sessions.signIn,
  deleteSessions: sessions.deleteSessions,
  replaceSealedKeys: sessions.replaceSealedKeys,
  ingest,
  recordCredit,
  recordPush,
  keepForwarded,
  openMessage,
  settle: settleMessage,
  claimMessages,
  cancelMessage,
  createBroadcast: broadcasts.createBroadcast,
  moveBroadcast: broadcasts.moveBroadcast,
  holdBroadcast: broadcasts.holdBroadcast,
  addRecipients: recipients.addRecipients,
  openAudience: audience.openAudience,
  leaseRecipients: leases.leaseRecipients,
  takeOverRecipients: leases.takeOverRecipients,
  settleRecipients: leases.settleRecipients,
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
  watchChanges: changes.watchChanges,
  endWatches: changes.endWatches,
  ...webhookWrites,
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
  listSessions: (appId, openId, nowMs) =>
    read((sql) => sessions.listSessions(sql, { appId, openId, nowMs })),
  findSessionKeys: (user, sinceMs) => read((sql) => sessions.findSessionKeys(sql, user, sinceMs)),
  findSealedKeys: (input) => read((sql) => sessions.findSealedKeys(sql, input)),
  replaceSealedKeys: (replacements) => write('replaceSealedKeys', replacements),
  findUser: (appId, openId) => read((sql) => findUser(sql, appId, openId)),

  ingest: (input) => write('ingest', input),
  recordPush: (input) => write('recordPush', input),
  isForwarded: (push) => read((sql) => isForwarded(sql, push)),
  keepForwarded: (push) => write('keepForwarded', push),
  findPushes: (appId, page) => read((sql) => findPushes(sql, { appId, page })),
  findConversation: (appId, openId, page) =>
    read((sql) => findConversation(sql, { appId, openId, page })),
  findWindows: (appId, page) => read((sql) => findWindows(sql, { appId, page })),
  recordCredit: (input) => write('recordCredit', input),
  findCredits: (appId, openId, nowMs) => read((sql) => findCredits(sql, appId, openId, nowMs)),
  findHolders: (appId, page) => read((sql) => findHolders(sql, { appId, page })),
  sumCredits: (input) => read((sql) => sumCredits(sql, input)),
  findLatestHistory: (appId, openId, limit) =>
    read((sql) => findLatestHistory(sql, { appId, openId, limit })),
  findHistory: (appId, openId) => read((sql) => findHistory(sql, appId, openId)),

  openMessage: (input) => write('openMessage', input),
  settle: (input) => write('settle', input),
  claimMessages: (input) => write('claimMessages', input),
  cancelMessage: (input) => write('cancelMessage', input),
  findMessage: (appId, id) => read((sql) => findMessage(sql, appId, id)),
  findCalls: (appId, id) => read((sql) => findCalls(sql, { appId, id })),
  findMessages: (appId, page) => read((sql) => findMessages(sql, { appId, page })),
  sumMessages: (appId, filter) => read((sql) => sumMessages(sql, { appId, filter })),
  findBacklog: (appId, limit) => read((sql) => findBacklog(sql, { appId, limit })),
  suspendChannel: (suspension) => write('suspendChannel', suspension),
  resumeChannel: (appId, channel, shutAtMs) => write('resumeChannel', { appId, channel, shutAtMs }),
  findSuspensions: (appId) => read((sql) => findSuspensions(sql, appId)),

  createBroadcast: (input) => write('createBroadcast', input),
  findBroadcast: (appId, id) => read((sql) => broadcasts.findBroadcast(sql, { appId, id })),
  findBroadcasts: (appId, page) => read((sql) => broadcasts.findBroadcasts(sql, { appId, page })),
  countBroadcasts: (appId) => read((sql) => broadcasts.countBroadcasts(sql, appId)),
  findResults: (broadcast) => read((sql) => results.findResults(sql, broadcast)),
  compareHeldOut: (input) => read((sql) => results.compareHeldOut(sql, input)),
  countReasons: (broadcast) => read((sql) => broadcasts.countReasons(sql, broadcast)),
  findRecipients: (broadcast, page) =>
    read((sql) => recipients.findRecipients(sql, { broadcast, page })),
  countAudience: (input) => read((sql) => audience.countAudience(sql, input)),
  countWaiting: (input) => read((sql) => audience.countWaiting(sql, input)),
  addRecipients: (input) => write('addRecipients', input),
  moveBroadcast: (input) => write('moveBroadcast', input),
  findDueBroadcasts: (input) => read((sql) => broadcasts.findDueBroadcasts(sql, input)),
  openAudience: (input) => write('openAudience', input),
  leaseRecipients: (input) => write('leaseRecipients', input),
  async takeOverRecipients(input) {
    return (await read(leases.areLeasesOver)) ? write('takeOverRecipients', input) : []
  },
  settleRecipients: (input) => write('settleRecipients', input),
  holdBroadcast: (input) => write('holdBroadcast', input),

  findTags: (appId, page) => read((sql) => findTags(sql, { appId, page })),
  findTagResults: (appId, tag, sinceMs) =>
    read((sql) => findTagResults(sql, { appId, tag, sinceMs })),

  findToken: (appId) => read((sql) => tokens.findToken(sql, appId)),
  replaceSealedToken: (input) => write('replaceSealedToken', input),
  leaseToken: (input) => write('leaseToken', input),
  endTokenLease: (input) => write('endTokenLease', input),
  forceToken: (input) => write('forceToken', input),
  reserveSlot: (input) => write('reserveSlot', input),
  countSlots: (appId, nowMs) => read((sql) => countSlots(sql, appId, nowMs)),

  findGroups: (appId, page) => read((sql) => findGroups(sql, { appId, page })),
  findShares: (appId, page) => read((sql) => findShares(sql, { appId, page })),
  findGroup: (appId, openGId, page) => read((sql) => findGroup(sql, { appId, openGId, page })),
  findShare: (appId, shareId, page) => read((sql) => findShare(sql, { appId, shareId, page })),

  findCode: (appId, key) => read((sql) => codes.findCode(sql, appId, key)),
  openCode: (input) => write('openCode', input),
  keepCode: (input) => write('keepCode', input),
  dropCode: (input) => write('dropCode', input),
  queueCode: (input) => write('queueCode', input),
  findQueuedCodes: (appId, limit) => read((sql) => codes.findQueuedCodes(sql, appId, limit)),
  findCodes: (appId, page) => read((sql) => findCodes(sql, { appId, page })),
  findCodeImage: (appId, id) => read((sql) => findCodeImage(sql, { appId, id })),
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

  ...createWebhookOperations({ read, write }),
  watchChanges: (input) => write('watchChanges', input),
  async readChanges(input) {
    if (await read(changes.hasNewChanges)) await write('orderChanges', undefined)
    return read((sql) => changes.readChanges(sql, input))
  },
  endWatches: async () =>
    (await read(changes.areWatchesOver)) ? write('endWatches', undefined) : 0,

  eraseUser: (input) => write('eraseUser', input),
  findErasures: (after) => read((sql) => findErasures(sql, after)),
  eraseStep: (user) => write('eraseStep', user),
  countErasures: (appId, limit) => read((sql) => countErasures(sql, { appId, limit })),
  countCalls: (user) => read((sql) => countCalls(sql, user)),
  findExported: (input) => read((sql) => findExported(sql, input)),

  sweep: (input) => sweep((step) => write('sweepStep', step), input),
})
