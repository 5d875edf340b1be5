import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { DecryptReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { officialSample } from '../../support/server/official-sample.ts'
import type { GroupData, Phone } from '../../support/server/phone.ts'
import { app, startMs, startReach } from '../../support/server/start-reach.ts'
import { hour, minute } from '../../../server/rules/time.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
let bob: Phone
let data: GroupData
beforeEach(async () => {
  server = await startReach()
  bob = await server.phone('bob-0001')
  data = await bob.groupData('family')
})
afterEach(() => server.close())

const decrypt = (change: object = {}, at = server) => {
  const { encryptedData, iv } = data
  const body = { openId: 'bob-0001', encryptedData, iv, ...change }
  return at.ask<DecryptReply>('POST /v1/decrypt', { body })
}

describe('user data', () => {
  it('is opened with the key that the sign-in left here', async () => {
    expect(await decrypt()).toMatchObject({
      status: 200,
      body: {
        openGId: data.openGId,
        watermark: { appid: app.appId, timestamp: startMs / 1_000 },
      },
    })
  })

  it('is opened with the key of an earlier sign-in', async () => {
    await bob.signIn()
    expect((await decrypt()).status).toBe(200)
  })

  it('stays closed 72 hours after its key was replaced', async () => {
    server.clock.advance(72 * hour)
    await bob.signIn()
    server.clock.advance(72 * hour)
    expect((await decrypt()).status).toBe(200)
    server.clock.advance(1)
    expectProblem(await decrypt(), 422, 'undecryptable')
  })

  it.each([
    ['of a user who never signed in', { openId: 'nobody-001' }, 'session_key_missing'],
    ['that is not base64', { encryptedData: 'not base64' }, 'bad_base64'],
    ['without a byte', { encryptedData: '====' }, 'bad_base64'],
    ['whose iv is cut off', { iv: 'AAAAAAAAAAAAAAAA' }, 'bad_iv'],
    ['with a NUL in its iv', { iv: 'AAAA\u0000' }, 'bad_base64'],
    ['of another key', { encryptedData: Buffer.alloc(64, 1).toString('base64') }, 'undecryptable'],
    ['that is half a block', { encryptedData: 'AAAA' }, 'undecryptable'],
  ] as const)('%s is refused by name', async (_, change, code) => {
    expectProblem(await decrypt(change), 422, code)
    expect((await decrypt()).status).toBe(200)
  })

  it.each([
    ['refused when it was made more than five minutes from now', 5 * minute + 1_000, 422],
    ['taken when it was made in five minutes', 5 * minute, 200],
  ])('is %s', async (_, behindMs, status) => {
    const behind = await startReach({ nowMs: startMs - behindMs })
    const body = { openId: 'bob-0001', sessionKey: await keyOf('bob-0001') }
    await behind.ask('POST /v1/sessions', { body })
    expect((await decrypt({}, behind)).status).toBe(status)
    await behind.close()
  })
})

describe("the platform's own sample", () => {
  const { appId, openId, sessionKey, unionId, madeAtMs, ...sealed } = officialSample
  let theirs: StartedReach
  beforeEach(async () => {
    theirs = await startReach({ apps: [{ ...app, appId }], nowMs: madeAtMs })
    await theirs.ask('POST /v1/sessions', { body: { openId, sessionKey } })
  })
  afterEach(() => theirs.close())

  it('is opened', async () => {
    const { body } = await decrypt({ openId, ...sealed }, theirs)
    expect(body).toMatchObject({ openId, unionId, watermark: { appid: appId } })
  })

  it('is refused with one byte flipped', async () => {
    const bytes = Buffer.from(sealed.encryptedData, 'base64')
    bytes[bytes.length - 20]! ^= 1
    const encryptedData = bytes.toString('base64')
    const answer = await decrypt({ openId, ...sealed, encryptedData }, theirs)
    expectProblem(answer, 422, 'undecryptable')
  })

  it('is refused for another app', async () => {
    await server.ask('POST /v1/sessions', { body: { openId, sessionKey } })
    expectProblem(await decrypt({ openId, ...sealed }, server), 422, 'foreign_watermark')
  })
})

async function keyOf(openid: string): Promise<string> {
  const { body } = await server.sandbox<{ calls: { reply: Record<string, string> }[] }>(
    'GET /sandbox/calls',
  )
  return body.calls.findLast(({ reply }) => reply.openid === openid)!.reply.session_key!
}
