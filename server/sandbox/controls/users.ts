/** Controls of the users of an app and of what their phones get from WeChat. */
import { createCipheriv, createHash } from 'node:crypto'
import Type from 'typebox'
import { epochSeconds } from '../rules/time.ts'
import { control, ControlError, Id, requireUser } from './control.ts'

/**
 * Adds a user, or changes an existing one. A `wechatVersion` below 6.5.2 shows no template message:
 * its form is spent, and nothing is in the inbox.
 */
export const users = control({
  method: 'POST',
  path: '/sandbox/users',
  fields: {
    openId: Type.Optional(Id),
    wechatVersion: Type.Optional(Type.String({ pattern: '^[0-9]{1,4}(\\.[0-9]{1,4}){1,3}$' })),
  },
  act: ({ body, account }) => ({ openId: account().users.add(body.openId, body.wechatVersion) }),
})

/** Issues the code that `wx.login` gives to the user's phone. */
export const loginCodes = control({
  method: 'POST',
  path: '/sandbox/login-codes',
  fields: { openId: Id },
  act({ body, account }) {
    const app = account()
    return { code: app.signIn.issueCode(requireUser(app, body.openId)) }
  },
})

/**
 * Makes what `wx.getShareInfo` gives to the user's phone for a share in a group: the openGId,
 * encrypted with the user's current session_key. The same name is the same group for every user of
 * the app.
 */
export const shareInfo = control({
  method: 'POST',
  path: '/sandbox/share-info',
  fields: { openId: Id, group: Id },
  act({ body, account, sandbox }) {
    const app = account()
    const sessionKey = app.signIn.sessionKey(requireUser(app, body.openId))
    if (sessionKey === undefined) {
      throw new ControlError(
        400,
        'This user has never signed in, and so has no session_key to encrypt with. ' +
          'Take a code from POST /sandbox/login-codes and sign in with it first.',
      )
    }
    const openGId = openGIdOf(app.appId, body.group)
    const timestamp = epochSeconds(sandbox.clock.now())
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
