/** Every route of the server. */
import { getAccessToken, postRefresh } from './access-token.ts'
import { getCodesUsage, postCode } from './codes.ts'
import { getCredits, postPayment } from './credits.ts'
import { postDecrypt } from './decrypt.ts'
import { postEvents } from './events.ts'
import { getHealth, getReady } from './health.ts'
import { postMedia } from './media.ts'
import { getMessage, postMessage } from './messages.ts'
import { getMetrics } from './metrics.ts'
import { getPush, postPush } from './pushes.ts'
import { getOpenApi } from './openapi.ts'
import type { Route } from './route.ts'
import { getScene } from './scenes.ts'
import { handOver, signIn } from './session.ts'
import { getGroup, getShare } from './shares.ts'
import { deleteStop } from './stops.ts'
import {
  deleteSubscribeTemplate,
  getSubscribeCategories,
  getSubscribeLibrary,
  getSubscribeTemplates,
  getSubscribeTitle,
  postSubscribeTemplate,
} from './subscribe-templates.ts'
import { getLibrary, getLibraryTitle } from './template-library.ts'
import { postLint } from './template-lint.ts'
import { deleteTemplate, getTemplates, postTemplate } from './templates.ts'
import { postTyping } from './typing.ts'
import { version } from '../version.ts'

const described: readonly Route[] = [
  signIn,
  postEvents,
  getScene,
  handOver,
  postDecrypt,
  postMessage,
  getMessage,
  deleteStop,
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
