/** What of a push is kept for people to read. */
import { describe, expect, it } from '@jest/globals'
import { writeContent } from '../../server/pushes/read-push.ts'
import { maxContentCharacters } from '../../server/rules/pushes.ts'
import { decodePush } from '../../server/verify/push/push.ts'

const openId = 'alice-0001'

function contentOf(fields: Record<string, unknown>): unknown {
  const common = { ToUserName: 'gh_1', FromUserName: openId, CreateTime: 1_527_825_600 }
  const push = decodePush({ format: 'json', fields: { ...common, ...fields } })
  const text = writeContent(push!)
  return text === undefined ? undefined : JSON.parse(text)
}

describe('the content of a push', () => {
  it('is its fields, of whatever type, without the names of user and account', () => {
    const location = { MsgType: 'location', Location_X: '23.1', Label: '咖啡馆', MsgId: '1' }
    expect(contentOf(location)).toEqual({ ...location, CreateTime: 1_527_825_600 })
    const entered = { MsgType: 'event', Event: 'user_enter_tempsession', SessionFrom: 'order-42' }
    expect(contentOf({ ...entered, OpenID: openId })).toEqual({
      ...entered,
      CreateTime: 1_527_825_600,
    })
  })

  it('is not kept of a delivery report and of the end of an authorization', () => {
    const sent = { MsgType: 'event', Event: 'subscribe_msg_sent_event', List: [] }
    expect(contentOf(sent)).toBeUndefined()
    const revoked = { MsgType: 'event', Event: 'user_authorization_revoke', OpenID: openId }
    expect(contentOf(revoked)).toBeUndefined()
  })

  it('is its type alone where it is too long', () => {
    const long = { MsgType: 'text', Content: 'x'.repeat(maxContentCharacters), MsgId: '1' }
    expect(contentOf(long)).toEqual({ MsgType: 'text' })
  })
})
