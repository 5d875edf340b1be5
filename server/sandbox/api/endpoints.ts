/** Every API path that the sandbox serves. */
import { checkSession } from './check-session.ts'
import type { Endpoint } from './endpoint.ts'
import { jscode2session } from './jscode2session.ts'
import { libraryGet } from './library-get.ts'
import { libraryList } from './library-list.ts'
import { stableToken } from './stable-token.ts'
import { templateAdd } from './template-add.ts'
import { templateDel } from './template-del.ts'
import { templateList } from './template-list.ts'
import { templateSend } from './template-send.ts'
import { token } from './token.ts'

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
]
