/** Every route of the server. */
import { version } from '../../runtime/version.ts'
import type { Route } from '../route.ts'
import { getAccessToken, postTokenRefresh } from './access-token.ts'
import { deleteApiKey, getApiKeys, postApiKey } from './api-keys.ts'
import { getAudit, getMessageAudit } from './audit.ts'
import { getCodesUsage, postCode, getScene } from './codes.ts'
import { getCredits, getCreditsSummary, getUsers, postPaymentCredit } from './credits.ts'
import { postEvents } from './events.ts'
import { postMedia, postTyping } from './customer-service.ts'
import { getMessage, getMessages, postMessage } from './messages.ts'
import { getHealth, getReady, getMetrics, getOpenApi } from './operations.ts'
import { getPush, getPushes, postPush } from './pushes.ts'
import {
  deleteOwnSession,
  deleteSessions,
  postDecrypt,
  postOperatorSession,
  postSession,
} from './sessions.ts'
import { getGroup, getGroups, getShare } from './shares.ts'
import { deleteSuspension } from './suspensions.ts'
import {
  deleteSubscribeTemplate,
  getSubscribeCategories,
  getSubscribeLibrary,
  getSubscribeTemplates,
  getSubscribeTitle,
  postSubscribeTemplate,
} from './subscribe-templates.ts'
import {
  getLibrary,
  getLibraryTitle,
  postLint,
  deleteTemplate,
  getTemplates,
  postTemplate,
} from './templates.ts'
import { deleteUser, getUserExport } from './users.ts'

const described: readonly Route[] = [
  postSession,
  deleteOwnSession,
  postEvents,
  getScene,
  postOperatorSession,
  deleteSessions,
  postDecrypt,
  postMessage,
  getMessage,
  getMessages,
  deleteSuspension,
  getUsers,
  getCredits,
  getCreditsSummary,
  getUserExport,
  deleteUser,
  postPaymentCredit,
  getPush,
  postPush,
  getPushes,
  getGroups,
  getGroup,
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
  postMedia,
  postTyping,
  getAccessToken,
  postTokenRefresh,
  postApiKey,
  getApiKeys,
  deleteApiKey,
  getAudit,
  getMessageAudit,
  getHealth,
  getReady,
  getMetrics,
]

export const routes: readonly Route[] = [...described, getOpenApi(described, version)]

/** Those of an internal port. Both ports reply whether the process responds. */
export const internalRoutes: readonly Route[] = [getHealth, getReady, getMetrics]

/** Those of the public port beside an internal one. */
export const publicRoutes = routes.filter((route) => route !== getReady && route !== getMetrics)
