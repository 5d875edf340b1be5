/** Every route of the server. */
import { version } from '../../runtime/version.ts'
import type { Route } from '../route.ts'
import { getAccessToken, postRefresh } from './access-token.ts'
import { getCodesUsage, postCode, getScene } from './codes.ts'
import { getCredits, postPayment } from './credits.ts'
import { postEvents } from './events.ts'
import { postMedia, postTyping } from './customer-service.ts'
import { getMessage, postMessage } from './messages.ts'
import { getHealth, getReady, getMetrics, getOpenApi } from './operations.ts'
import { getPush, postPush } from './pushes.ts'
import { handOver, postDecrypt, signIn } from './sessions.ts'
import { getGroup, getShare } from './shares.ts'
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

const described: readonly Route[] = [
  signIn,
  postEvents,
  getScene,
  handOver,
  postDecrypt,
  postMessage,
  getMessage,
  deleteSuspension,
  getCredits,
  postPayment,
  getPush,
  postPush,
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
  postRefresh,
  getHealth,
  getReady,
  getMetrics,
]

export const routes: readonly Route[] = [...described, getOpenApi(described, version)]
