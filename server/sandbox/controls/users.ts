/** Controls of the users of an app and of what their phones get from WeChat. */
import { createCipheriv, createHash } from 'node:crypto'
import Type from 'typebox'
import { epochSeconds } from '../rules/time.ts'
import { control, ControlError, Id, requireVisitor } from './control.ts'

export const users = control({
  method: 'POST',
  path: '/sandbox/users',
  summary: 'Adds a user, or changes an existing one.',
  description:
    'A WeChat below 6.5.2 shows no template message: its form is spent, and the inbox stays ' +
    'empty. A `unionId` stands for an app that is bound to an open-platform account: sign-in and ' +
    'getpaidunionid return it.',
  fields: {
    openId: Type.Optional(Id),
    wechatVersion: Type.Optional(Type.String({ pattern: '^[0-9]{1,4}(\\.[0-9]{1,4}){1,3}$' })),
    unionId: Type.Optional(Id),
  },
  reply: Type.Object({ openId: Id }),
  example: { openId: 'oExampleUser' },
  act: ({ body: { openId, ...about }, account }) => ({
    openId: account().users.add(openId, about),
  }),
})

export const loginCodes = control({
  method: 'POST',
  path: '/sandbox/login-codes',
  summary: "Issues the code that `wx.login` gives to the user's phone.",
  fields: { openId: Id },
  reply: Type.Object({ code: Type.String() }),
  example: { openId: 'oExampleUser' },
  act({ body, account }) {
    const app = account()
    return { code: app.signIn.issueCode(requireVisitor(app, body.openId)) }
  },
})

export const phoneCodes = control({
  method: 'POST',
  path: '/sandbox/phone-codes',
  summary: 'The user agrees to a `getPhoneNumber` button, which gives a code to the page.',
  description: 'The code is good for getuserphonenumber, once within five minutes.',
  fields: {
    openId: Id,
    phoneNumber: Type.Optional(
      Type.String({ pattern: '^[0-9]{4,15}$', description: 'Without the country code.' }),
    ),
    countryCode: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,3}$', description: 'Default: `86`.' }),
    ),
  },
  reply: Type.Object({ code: Type.String() }),
  example: { openId: 'oExampleUser', phoneNumber: '13580006666' },
  act({ body: { openId, phoneNumber = '13580006666', countryCode = '86' }, account }) {
    const app = account()
    requireVisitor(app, openId)
    return { code: app.phoneCodes.issue({ phoneNumber, countryCode }) }
  },
})

export const shareInfo = control({
  method: 'POST',
  path: '/sandbox/share-info',
  summary: "Makes what `wx.getShareInfo` gives to the user's phone for a share in a group.",
  description:
    "The openGId is encrypted with the user's current session_key: the user must have signed in. " +
    'The same name is the same group for every user of the app.',
  fields: { openId: Id, group: Id },
  reply: Type.Object({
    encryptedData: Type.String(),
    iv: Type.String(),
    openGId: Type.String(),
  }),
  example: { openId: 'oExampleUser', group: 'family' },
  before: [
    {
      path:
        '/sns/jscode2session?appid=wx0000000000sandbox&secret=sandbox-secret&js_code={code}' +
        '&grant_type=authorization_code',
    },
  ],
  act({ body, account, sandbox }) {
    const app = account()
    const sessionKey = app.signIn.sessionKey(requireVisitor(app, body.openId))
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
