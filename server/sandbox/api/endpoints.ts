/** Every API path that the sandbox serves. */
import { createWxaQrcode, getWxaCode, getWxaCodeUnlimit } from './codes.ts'
import { mediaCheckAsync, msgSecCheck } from './content-security.ts'
import { businessTyping, customerSend, mediaGet, mediaUpload, typing } from './customer-messages.ts'
import type { Endpoint } from './endpoint.ts'
import { generateScheme, generateShortLink, generateUrlLink } from './links.ts'
import { openApiEndpoints } from './open-api.ts'
import { checkSession, jscode2session, stableToken, token } from './sign-in.ts'
import * as subscribe from './subscribe-messages.ts'
import * as template from './template-messages.ts'
import { uniformSend } from './uniform-messages.ts'
import { getPaidUnionId, getUserPhoneNumber } from './user-info.ts'

export const endpoints: readonly Endpoint[] = [
  jscode2session,
  checkSession,
  token,
  stableToken,
  getUserPhoneNumber,
  getPaidUnionId,
  template.templateSend,
  uniformSend,
  template.libraryList,
  template.libraryGet,
  template.templateAdd,
  template.templateList,
  template.templateDelete,
  customerSend,
  typing,
  businessTyping,
  mediaUpload,
  mediaGet,
  msgSecCheck,
  mediaCheckAsync,
  subscribe.subscribeSend,
  subscribe.newtmplCategory,
  subscribe.newtmplTitles,
  subscribe.newtmplKeywords,
  subscribe.newtmplAdd,
  subscribe.newtmplList,
  subscribe.newtmplDelete,
  getWxaCode,
  getWxaCodeUnlimit,
  createWxaQrcode,
  generateUrlLink,
  generateScheme,
  generateShortLink,
  ...openApiEndpoints(() => endpoints),
]
