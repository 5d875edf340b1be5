import { createCipheriv, createHash } from 'node:crypto'
import Type from 'typebox'
import { control, Id, knownUser, ControlError } from './control.ts'

/** A user comes to be; one that is there already stays as it is. */
export const users = control({
  method: 'POST',
  path: '/sandbox/users',
  fields: { openId: Type.Optional(Id) },
  act: ({ body, account }) => ({ openId: account().users.add(body.openId) }),
})

/** What `wx.login` gives the user's phone. */
export const loginCodes = control({
  method: 'POST',
  path: '/sandbox/login-codes',
  fields: { openId: Id },
  act({ body, account }) {
    const app = account()
    return { code: app.signIn.issueCode(knownUser(app, body.openId)) }
  },
})

/**
 * What `wx.getShareInfo` gives this user's phone for a share in a group: the openGId, encrypted under the
 * user's current session_key. The same word is the same group for every user of the app.
 */
export const shareInfo = control({
  method: 'POST',
  path: '/sandbox/share-info',
  fields: { openId: Id, group: Type.String({ minLength: 1, maxLength: 128 }) },
  act({ body, account, sandbox }) {
    const app = account()
    const sessionKey = app.signIn.sessionKey(knownUser(app, body.openId))
    if (sessionKey === undefined) {
      throw new ControlError(
        400,
        'This user has never signed in, and so has no session_key to encrypt with. ' +
          'Take a code from POST /sandbox/login-codes and sign in with it first.',
      )
    }
    const openGId = openGIdOf(app.appId, body.group)
    const timestamp = Math.floor(sandbox.clock.now() / 1_000)
    const plaintext = JSON.stringify({ openGId, watermark: { timestamp, appid: app.appId } })
    const iv = sandbox.random(16)
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
    const encrypted = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
    return { encryptedData: encrypted.toString('base64'), iv: iv.toString('base64'), openGId }
  },
})

function openGIdOf(appId: string, group: string): string {
  const hash = createHash('sha256').update(`${appId} ${group}`).digest('base64url')
  return `tG${hash.slice(0, 26)}`
}
