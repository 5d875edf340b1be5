/** Every API path that the sandbox serves. */
import { checkSession } from './check-session.ts'
import { createWxaQrcode } from './create-wxa-qrcode.ts'
import { customerSend } from './customer-send.ts'
import type { Endpoint } from './endpoint.ts'
import { getWxaCodeUnlimit } from './get-wxa-code-unlimit.ts'
import { getWxaCode } from './get-wxa-code.ts'
import { jscode2session } from './jscode2session.ts'
import { libraryGet } from './library-get.ts'
import { libraryList } from './library-list.ts'
import { mediaGet } from './media-get.ts'
import { mediaUpload } from './media-upload.ts'
import { newtmplAdd } from './newtmpl-add.ts'
import { newtmplCategory } from './newtmpl-category.ts'
import { newtmplDel } from './newtmpl-del.ts'
import { newtmplKeywords } from './newtmpl-keywords.ts'
import { newtmplList } from './newtmpl-list.ts'
import { newtmplTitles } from './newtmpl-titles.ts'
import { stableToken } from './stable-token.ts'
import { subscribeSend } from './subscribe-send.ts'
import { templateAdd } from './template-add.ts'
import { templateDel } from './template-del.ts'
import { templateList } from './template-list.ts'
import { templateSend } from './template-send.ts'
import { token } from './token.ts'
import { businessTyping, typing } from './typing.ts'

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
