import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/tags.ts'
import { day, hour } from '../../../server/rules/time.ts'
import { tagResults } from '../../../shared/codes.ts'
import type { TagResultsReply, TagsReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const none = Object.fromEntries(tagResults.map((result) => [result, 0]))
const firstOf = (ms: number) => new Date(ms - (ms % hour)).toISOString()

describe('the results of a tag', () => {
  const server = useReach()
  const alice = usePhone(server)
  const tag = '秋天 / autumn'
  const path = `/v1/tags/${encodeURIComponent(tag)}/results`
  const results = async (query = '') => {
    const answer = await server.ask<TagResultsReply>(`GET ${path}${query}`)
    expect(answer.status).toBe(200)
    expectShape(schemas.tagResultsReply, answer.body)
    return answer.body
  }
  const submit = async (word: string) => {
    const form = { type: 'form.submitted', formId: await alice.submitForm(), page: 'pages/a' }
    await alice.postEvents({ ...form, tag: word })
  }
  const send = (key: string) =>
    server.ask('POST /v1/messages', {
      body: { channel: 'template', openId: 'alice-0001', templateId: template, data: {} },
      headers: { 'Idempotency-Key': key },
    })

  it('are its sums, and the same by hour and by day', async () => {
    await submit(tag)
    await submit(tag)
    await send('1')
    const totals = { ...none, granted: 2, sent: 1 }
    const since = firstOf(startMs - 30 * day)
    const buckets = [{ at: firstOf(startMs), ...totals }]
    expect(await results()).toEqual({ tag, since, totals, by: 'hour', buckets })
    const { buckets: days } = await results('?by=day')
    expect(days).toEqual([{ at: expect.stringMatching(/T16:00:00.000Z$/), ...totals }])
  })

  it('are CSV', async () => {
    await submit(tag)
    const { text } = await server.ask(`GET ${path}?format=csv`)
    expect(text.split('\r\n')).toEqual([
      ['at', ...tagResults].join(),
      `${firstOf(startMs)},1,0,0,0,0,0,0,0,0`,
      '',
    ])
  })

  it('begin at a moment that is given, and no earlier than they are kept', async () => {
    const later = new Date(startMs + 2 * hour).toISOString()
    await submit(tag)
    expect(await results(`?since=${later}`)).toMatchObject({ totals: none, buckets: [] })
    const long = '?since=2000-01-01T00:00:00Z'
    expect((await results(long)).since).toBe(firstOf(startMs - 31 * day))
    expect((await results(`${long}&by=day`)).since).toBe(firstOf(startMs - 180 * day))
    expectProblem(await server.ask(`GET ${path}?since=yesterday`), 400, 'invalid_query')
  })

  it('are listed with their sums, in pages, by the client too', async () => {
    await submit('b')
    await submit('a')
    const first = await server.ask<TagsReply>('GET /v1/tags?limit=1')
    expectShape(schemas.tagsReply, first.body)
    const { cursor, tags } = first.body
    expect(tags).toEqual([{ tag: 'a', totals: { ...none, granted: 1 } }])
    const { tags: api } = server.reach.app()
    expect(await api.list({ limit: 1, cursor: cursor! })).toMatchObject({ tags: [{ tag: 'b' }] })
    expect((await api.results('b', { by: 'day' })).totals.granted).toBe(1)
  })

  it('are none of a tag that is not known, or is no tag', async () => {
    for (const word of ['nothing', 'a%00b', 'x'.repeat(65)]) {
      const { status, body } = await server.ask<TagResultsReply>(`GET /v1/tags/${word}/results`)
      expect([status, body.totals]).toEqual([200, none])
    }
  })
})
