import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/pushes.ts'
import type { PushesReply } from '../../../shared/wire/index.ts'
import { databaseSettings, engines, type EngineDatabase } from '../../support/engines.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startPushes, user, type WithPushes } from '../../support/server/start-pushes.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { walk } from './on-engines.ts'

describe.each(engines.map((engine) => [engine.name, engine] as const))('on %s', (_, engine) => {
  let database: EngineDatabase
  let server: WithPushes
  beforeEach(async () => {
    database = await engine.createDatabase()
    server = await startPushes({ settings: { database: databaseSettings(database.url) } })
  })
  afterEach(async () => {
    await server.close()
    await database.drop()
  })
  async function page(query = ''): Promise<PushesReply> {
    const answer = await server.ask<PushesReply>(`GET /v1/pushes?${query}`)
    expect(answer).toMatchObject({ status: 200 })
    expectShape(schemas.pushesReply, answer.body)
    return answer.body
  }
  const write = (content: string) => server.push({ msgtype: 'text', content })
  const enter = () => server.push({ msgtype: 'event', event: 'user_enter_tempsession' })

  describe('the list of pushes', () => {
    it('says when which message or event came from whom, newest first', async () => {
      await write('hi')
      server.clock.advance(1_000)
      await enter()
      const at = (ms: number) => new Date(startMs + ms).toISOString()
      const { pushes, ...rest } = await page()
      expect(rest).toEqual({})
      expect(pushes.map(({ content: _content, ...push }) => push)).toEqual([
        { receivedAt: at(1_000), type: 'user_enter_tempsession', openId: user },
        { receivedAt: at(0), type: 'text', openId: user },
      ])
      expect(pushes[1]!.content).toMatchObject({ MsgType: 'text', Content: 'hi' })
    })

    it('leads through all pages, each push once, also where many came at one time', async () => {
      for (const content of ['1', '2', '3', '4', '5']) await write(content)
      const seen = await walk(
        async (cursor) => {
          const { pushes, ...next } = await page(`limit=2${cursor ? `&cursor=${cursor}` : ''}`)
          return { rows: pushes, ...next }
        },
        async () => {
          server.clock.advance(1_000)
          await enter()
        },
      )
      expect(seen.map(({ type }) => type)).toEqual(Array.from({ length: 5 }, () => 'text'))
    })

    it('begins anew at a cursor that is not one of its own', async () => {
      await write('hi')
      for (const text of ['nonsense', '1.2', '1.zz']) {
        const cursor = Buffer.from(text).toString('base64url')
        expect((await page(`cursor=${cursor}`)).pushes).toHaveLength(text === '1.2' ? 0 : 1)
      }
    })
  })
})
