/** Every API path that the sandbox serves. */
import { createWxaQrcode, getWxaCodeUnlimit, getWxaCode } from './codes.ts'
import { customerSend, mediaGet, mediaUpload, businessTyping, typing } from './customer-messages.ts'
import type { Endpoint } from './endpoint.ts'
import { checkSession, jscode2session, stableToken, token } from './sign-in.ts'
import {
  newtmplAdd,
  newtmplCategory,
  newtmplDel,
  newtmplKeywords,
  newtmplList,
  newtmplTitles,
  subscribeSend,
} from './subscribe-messages.ts'
import {
  libraryGet,
  libraryList,
  templateAdd,
  templateDel,
  templateList,
  templateSend,
} from './template-messages.ts'

export const endpoints: readonly Endpoint[] = [
  jscode2session,
  checkSession,
  token,
  stableToken,
  templateSend,
  libraryList,
  libraryGet,
  templateAdd,
  templateList,
  templateDel,
  customerSend,
  typing,
  businessTyping,
  mediaUpload,
  mediaGet,
  subscribeSend,
  newtmplCategory,
  newtmplTitles,
  newtmplKeywords,
  newtmplAdd,
  newtmplList,
  newtmplDel,
  getWxaCode,
  getWxaCodeUnlimit,
  createWxaQrcode,
]
