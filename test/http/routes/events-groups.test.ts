import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/shares.ts'
import type { GroupReply } from '../../../shared/wire/index.ts'
import { newId } from '../../support/server/phone.ts'
import type { Phone } from '../../support/server/phone.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach } from '../../support/server/start-reach.ts'
import { day, minute } from '../../../server/rules/time.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const other = { ...app, appId: 'wxfedcba9876543210' }
let server: StartedReach
let bob: Phone
beforeEach(async () => {
  server = await startReach({ apps: [app, other] })
  bob = await server.phone('bob-0001')
})
afterEach(() => server.close())

const opened = (group: object | undefined, more: object = {}) => ({
  type: 'share.opened',
  shareId: 'share-0001',
  scene: 1044,
  page: 'pages/index/index',
  ...(group && { group }),
  ...more,
})
const groupReply = (openGId: string) =>
  server.ask<GroupReply>(`GET /v1/groups/${openGId}?appId=${app.appId}`)
const opens = async () => {
  const at = `GET /v1/shares/share-0001?appId=${app.appId}`
  return (await server.ask<{ share: { opens: number } }>(at)).body.share.opens
}

describe('an arrival from a group', () => {
  it('is told its openGId, also when it comes again', async () => {
    const data = await bob.groupData('family')
    const event = opened(data, { id: newId() })
    const { openGId } = data
    expect(await bob.postEvents(event)).toMatchObject([{ status: 'accepted', openGId }])
    expect(await bob.postEvents(event)).toMatchObject([{ status: 'duplicate', openGId }])
    const { body } = await groupReply(openGId)
    expectShape(schemas.groupReply, body)
    expect(body).toMatchObject({
      memberCount: 1,
      shareIds: ['share-0001'],
      arrivals: [{ scene: 1044 }],
    })
  })

  it('opens with the key of an earlier sign-in, up to the fourth', async () => {
    const data = await bob.groupData('family')
    for (const _ of [1, 2, 3]) await bob.signIn()
    expect(await bob.postEvents(opened(data))).toMatchObject([{ openGId: data.openGId }])
    await bob.signIn()
    expect(await bob.postEvents(opened(data))).toMatchObject([
      { status: 'retry', reason: 'session_stale' },
    ])
  })

  it('is asked for once more when no key opens it, then kept without its group', async () => {
    const alice = await server.phone('alice-0001')
    const event = opened(await alice.groupData('family'), { id: newId() })
    expect(await bob.postEvents(event)).toMatchObject([
      { status: 'retry', reason: 'session_stale' },
    ])
    expect(await bob.postEvents(event)).toMatchObject([
      { status: 'accepted', reason: 'undecryptable' },
    ])
    expect(await bob.postEvents(event)).toMatchObject([
      { status: 'duplicate', reason: 'undecryptable' },
    ])
    expect(await opens()).toBe(1)
  })

  it('finds its group at the second try when it brings fresh data under the same id', async () => {
    const alice = await server.phone('alice-0001')
    const id = newId()
    await bob.postEvents(opened(await alice.groupData('family'), { id }))
    const fresh = await bob.groupData('family')
    const [result] = await bob.postEvents(opened(fresh, { id }))
    expect(result).toEqual({ id, status: 'accepted', openGId: fresh.openGId })
  })

  it.each([
    ['bad_base64', { encryptedData: 'not base64!' }],
    ['bad_base64', { encryptedData: '' }],
    ['bad_iv', { iv: 'AAAA' }],
  ])('is kept, and told %s', async (reason, broken) => {
    const data = { ...(await bob.groupData('family')), ...broken }
    const [result] = await bob.postEvents(opened(data))
    expect(result).toEqual({ id: result?.id, status: 'accepted', reason })
    expect(await opens()).toBe(1)
  })

  it.each([
    ['eight days old', 8 * day],
    ['just too old', 7 * day + 1_000],
  ])('is kept without data that is %s', async (_, ageMs) => {
    const data = await bob.groupData('family')
    server.clock.advance(ageMs)
    expect(await bob.postEvents(opened(data))).toMatchObject([
      { status: 'accepted', reason: 'too_old' },
    ])
    expect(await opens()).toBe(1)
  })

  it('is kept without data of another app', async () => {
    const twin = await server.phone('bob-0001', other.appId)
    const data = await twin.groupData('family')
    const body = { openId: 'bob-0001', sessionKey: await sessionKeyOf('bob-0001') }
    await server.ask(`POST /v1/sessions?appId=${app.appId}`, { body })
    expect(await bob.postEvents(opened(data))).toMatchObject([
      { status: 'accepted', reason: 'foreign_watermark' },
    ])
  })

  it('is kept when the phone itself says why there is no group', async () => {
    const results = await bob.postEvents(
      opened({ unavailable: 'ticket_expired' }),
      opened(undefined),
    )
    expect(results.map(({ status, reason }) => [status, reason])).toEqual([
      ['accepted', undefined],
      ['accepted', undefined],
    ])
    expect(await opens()).toBe(2)
  })
})

describe('the tickets of the sharer', () => {
  it('give the same openGId as those of an opener, in their order', async () => {
    const alice = await server.phone('alice-0001')
    const [family, work] = [await alice.groupData('family'), await alice.groupData('work')]
    const groups = [family, { unavailable: 'timeout' }, work]
    const event = {
      type: 'share.finished',
      shareId: 'share-0001',
      result: 'ok',
      groups,
      id: newId(),
    }
    const openGIds = [family.openGId, null, work.openGId]
    expect(await alice.postEvents(event)).toMatchObject([{ status: 'accepted', openGIds }])
    expect(await alice.postEvents(event)).toMatchObject([{ status: 'duplicate', openGIds }])
    expect(await bob.postEvents(opened(await bob.groupData('family')))).toMatchObject([
      { openGId: family.openGId },
    ])
    server.monotonic.advance(minute)
  })
})

/** As WeChat gave it to whoever signed in last. */
async function sessionKeyOf(openid: string): Promise<string> {
  const { body } = await server.sandbox<{ calls: { reply: Record<string, string> }[] }>(
    'GET /sandbox/calls',
  )
  return body.calls.findLast(({ reply }) => reply.openid === openid)!.reply.session_key!
}
