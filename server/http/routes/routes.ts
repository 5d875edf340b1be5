/** Every route of the server. */
import type { Route } from '../route.ts'
import { getAccessToken, postTokenRefresh } from './access-token.ts'
import { deleteApiKey, getApiKeys, postApiKey } from './api-keys.ts'
import { getAudit, getMessageAudit } from './audit.ts'
import { getBroadcastResults } from './broadcast-results.ts'
import { getBroadcastRecipients, postBroadcastRecipients } from './broadcast-recipients.ts'
import {
  getBroadcast,
  getBroadcastForecast,
  getBroadcasts,
  postBroadcast,
  postBroadcastCancel,
  postBroadcastPause,
  postBroadcastResume,
  postBroadcastStart,
} from './broadcasts.ts'
import { getCodeImage, getCodes } from './code-lists.ts'
import { getCodesUsage, postCode, getScene } from './codes.ts'
import {
  deleteConsoleSession,
  getConsoleSession,
  postConsoleRevealed,
  postConsoleSession,
} from './console.ts'
import { getConversation, getCustomerWindows } from './conversations.ts'
import {
  getCreditHistory,
  getCredits,
  getCreditsSummary,
  getRights,
  getUsers,
  postPaymentCredit,
} from './credits.ts'
import { getDoctor } from './doctor.ts'
import { postEvents } from './events.ts'
import { postMedia, postTyping } from './customer-service.ts'
import { getMessage, getMessages, getMessagesSummary, postMessage } from './messages.ts'
import { getHealth, getReady, getMetrics, getOpenApi } from './operations.ts'
import { getPush, getPushes, postPush } from './pushes.ts'
import { deleteMessage } from './scheduled-messages.ts'
import {
  deleteOwnSession,
  deleteSessions,
  getSessions,
  postDecrypt,
  postOperatorSession,
  postSession,
} from './sessions.ts'
import { getGroup, getGroups, getShare, getShares } from './shares.ts'
import { getStatus } from './status.ts'
import { getStream } from './stream.ts'
import { deleteSuspension } from './suspensions.ts'
import {
  deleteSubscribeTemplate,
  getSubscribeCategories,
  getSubscribeLibrary,
  getSubscribeTemplates,
  getSubscribeTitle,
  postSubscribeTemplate,
} from './subscribe-templates.ts'
import { getTagResults, getTags } from './tags.ts'
import {
  getLibrary,
  getLibraryTitle,
  postLint,
  deleteTemplate,
  getTemplates,
  postTemplate,
} from './templates.ts'
import { deleteUser, getUserExport } from './users.ts'
import { deleteWebhook, getWebhook, getWebhooks, postReplay, postWebhook } from './webhooks.ts'

export const routes: readonly Route[] = [
  postSession,
  deleteOwnSession,
  postEvents,
  getScene,
  getRights,
  postOperatorSession,
  deleteSessions,
  getSessions,
  postDecrypt,
  postMessage,
  // Before the message whose id might be this word.
  getMessagesSummary,
  getMessage,
  getMessages,
  deleteMessage,
  postBroadcast,
  getBroadcasts,
  getBroadcast,
  getBroadcastForecast,
  postBroadcastRecipients,
  getBroadcastRecipients,
  getBroadcastResults,
  postBroadcastStart,
  postBroadcastPause,
  postBroadcastResume,
  postBroadcastCancel,
  getTags,
  getTagResults,
  deleteSuspension,
  getStatus,
  getUsers,
  getCredits,
  getCreditHistory,
  getCreditsSummary,
  getConversation,
  getCustomerWindows,
  getUserExport,
  deleteUser,
  postPaymentCredit,
  getPush,
  postPush,
  getPushes,
  getGroups,
  getGroup,
  getShares,
  getShare,
  getLibrary,
  getLibraryTitle,
  getTemplates,
  postTemplate,
  deleteTemplate,
  postLint,
  getSubscribeCategories,
  getSubscribeLibrary,
  getSubscribeTitle,
  getSubscribeTemplates,
  postSubscribeTemplate,
  deleteSubscribeTemplate,
  postCode,
  getCodesUsage,
  getCodes,
  getCodeImage,
  postMedia,
  postTyping,
  getAccessToken,
  postTokenRefresh,
  postWebhook,
  getWebhooks,
  getWebhook,
  deleteWebhook,
  postReplay,
  postApiKey,
  getApiKeys,
  deleteApiKey,
  getAudit,
  getMessageAudit,
  getStream,
  getDoctor,
  getConsoleSession,
  postConsoleSession,
  deleteConsoleSession,
  postConsoleRevealed,
  getHealth,
  getReady,
  getMetrics,
  getOpenApi,
]

/** Those of an internal port. Both ports reply whether the process responds. */
export const internalRoutes: readonly Route[] = [getHealth, getReady, getMetrics]

/** Those of the public port beside an internal one. */
export const publicRoutes = routes.filter((route) => route !== getReady && route !== getMetrics)
