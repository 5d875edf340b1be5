/** User data under the one key store. */
import { decryptUserData } from '../../verify/user-data.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, operatorRoute } from '../route.ts'
import { decryptRequest } from '../schemas/operators.ts'
import * as replies from '../schemas/replies.ts'

const details = {
  bad_base64: 'encryptedData or iv is not base64: hand both over exactly as wx gave them.',
  bad_iv: 'iv is not 16 bytes: hand it over exactly as wx gave it.',
  foreign_watermark: 'The data belongs to another appId.',
  too_old: 'The watermark is over 7 days old or more than 5 minutes ahead.',
  undecryptable:
    'No kept session_key opens the data: a sign-in has replaced the key. Sign in, then ask wx for the data again.',
}

export const postDecrypt = operatorRoute(
  'POST /v1/decrypt',
  'decrypt',
  {
    summary: 'Decrypt user data with the keys that the sessions keep',
    body: bodyOf(decryptRequest),
    replies: {
      200: { description: 'The plaintext, its watermark checked.', schema: replies.decrypted },
    },
  },
  async ({ body, app }, { store, sessions, world }) => {
    const { openId, encryptedData, iv } = body
    const { appId } = app
    const user = await store.findUser(appId, openId)
    const sessionKeys = user === undefined ? [] : await sessions.openKeys({ appId, user, openId })
    if (sessionKeys.length === 0) {
      const detail =
        'No session_key of this user is kept: let the phone sign in, or POST /v1/sessions.'
      throw new ProblemError(422, 'session_key_missing', detail)
    }
    const opened = decryptUserData({
      encryptedData,
      iv,
      sessionKeys,
      appId,
      nowMs: world.clock.now(),
    })
    if (!opened.ok) throw new ProblemError(422, opened.reason, details[opened.reason])
    return { status: 200, body: opened.data }
  },
)
