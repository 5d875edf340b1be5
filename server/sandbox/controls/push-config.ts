import Type from 'typebox'
import { checkPushConfig, type PushConfig } from '../push/config.ts'
import { control, ControlError } from './control.ts'
import { Id } from './fields.ts'

/**
 * Where pushes go from now on. The address is checked as the platform checks it; one that fails is kept all
 * the same, because a receiver may start later than its sandbox, and the answer says why.
 */
export const pushConfig = control({
  method: 'POST',
  path: '/sandbox/push-config',
  fields: {
    url: Type.String({ maxLength: 2_048 }),
    token: Id,
    aesKey: Type.Optional(Type.String()),
    mode: Type.Enum(['plain', 'compatible', 'safe']),
    format: Type.Enum(['xml', 'json']),
  },
  async act({ body, account, sandbox, gone }) {
    const { pusher } = account()
    pusher.configure(checked(body, sandbox.pushAnywhere))
    const problem = await pusher.checkAddress(gone)
    return problem === undefined ? { verified: true } : { verified: false, problem }
  },
})

function checked(config: PushConfig, anywhere: boolean): PushConfig {
  try {
    return checkPushConfig(config, anywhere)
  } catch (error) {
    throw new ControlError(400, `${(error as Error).message}.`)
  }
}
