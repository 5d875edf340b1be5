import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/shares.ts'
import type { GroupsReply } from '../../../shared/wire/index.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { describeOnEngines, other, walk } from './on-engines.ts'

describeOnEngines((server) => {
  async function arrive(openId: string, name: string, appId = app.appId): Promise<string> {
    const phone = await server.phone(openId, appId)
    const { openGId, ...group } = await phone.groupData(name)
    const opened = { type: 'share.opened', scene: 1044, page: 'pages/a', group }
    expect(await phone.postEvents(opened)).toMatchObject([{ status: 'accepted', openGId }])
    return openGId
  }
  async function page(query = '', appId = app.appId): Promise<GroupsReply> {
    const answer = await server.ask<GroupsReply>(`GET /v1/groups?appId=${appId}${query}`)
    expect(answer).toMatchObject({ status: 200 })
    expectShape(schemas.groupsReply, answer.body)
    return answer.body
  }

  describe('the list of groups', () => {
    it('has the group that became known last first, with how many members were seen', async () => {
      const family = await arrive('ada-0001', 'family')
      server.clock.advance(1)
      const lunch = await arrive('ada-0001', 'lunch')
      await arrive('bob-0001', 'family')
      expect(await page()).toEqual({
        groups: [
          { openGId: lunch, firstSeenAt: new Date(startMs + 1).toISOString(), memberCount: 1 },
          { openGId: family, firstSeenAt: new Date(startMs).toISOString(), memberCount: 2 },
        ],
      })
    })

    it('has the groups of one app', async () => {
      await arrive('ada-0001', 'family')
      const there = await arrive('ada-0001', 'family', other.appId)
      expect((await page('', other.appId)).groups).toMatchObject([{ openGId: there }])
    })

    it('leads through all pages, each group once, while others become known', async () => {
      const known: string[] = []
      for (const name of ['a', 'b', 'c', 'd', 'e']) known.unshift(await arrive('ada-0001', name))
      let later = 0
      const seen = await walk(
        async (cursor) => {
          const { groups, ...next } = await page(`&limit=2${cursor ? `&cursor=${cursor}` : ''}`)
          return { rows: groups.map(({ openGId }) => openGId), ...next }
        },
        () => arrive('ada-0001', `later ${(later += 1)}`),
      )
      expect(seen).toEqual(known)
    })

    it('begins anew at a cursor that is not one of its own', async () => {
      const openGId = await arrive('ada-0001', 'family')
      expect((await page('&cursor=nonsense')).groups).toMatchObject([{ openGId }])
    })
  })
})
