import { expect, it } from '@jest/globals'
import type { ConversationRow } from '../../../server/store/store.ts'
import { appId, day, message, nowMs, push, window } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function conversationPromises(current: Current): void {
  const wrote = (atMs: number) => ({ type: 'window', window: window('wrote', atMs) }) as const
  const content = (text: string) => ({
    text: JSON.stringify({ MsgType: 'text', Content: text }),
    endsAtMs: nowMs + 7 * day,
  })
  const write = (text: string, atMs: number, rest: object = {}) =>
    current().store.recordPush(
      push(`push ${text}`, {
        atMs,
        nowMs: atMs,
        record: wrote(atMs),
        content: content(text),
        ...rest,
      }),
    )
  const reply = (text: string, atMs: number, channel: 'customer' | 'template' = 'customer') =>
    current().store.openMessage(
      message(`reply ${text}`, {
        channel,
        kinds: ['wrote'],
        nowMs: atMs,
        payload: JSON.stringify({ msgtype: 'text', text: { content: text } }),
      }),
    )
  const textOf = (row: ConversationRow): string => {
    if (row.by === 'user') return String(row.content.Content)
    return (JSON.parse(row.message.payload!) as { text: { content: string } }).text.content
  }
  const read = async (limit = 50, atMs = nowMs + day, openId = 'ada') => {
    const pages: string[][] = []
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
      const page = { limit, nowMs: atMs, ...(cursor && { cursor }) }
      const found = await current().store.findConversation(appId, openId, page)
      pages.push(found.entries.map(textOf))
      cursor = found.cursor
    }
    return pages
  }

  it('hold what a user wrote and was sent by customer service, newest first', async () => {
    await write('hello', nowMs)
    await reply('what is it?', nowMs + 1)
    await reply('not of customer service', nowMs + 2, 'template')
    await write('my order', nowMs + 3)
    expect(await read()).toEqual([['my order', 'what is it?', 'hello']])
    expect(await read(50, nowMs, 'bob')).toEqual([[]])
  })

  it('are paged without a gap or a repetition, whichever side wrote more', async () => {
    const written: string[] = []
    const turns = [...'uuuaauaaaauuuuuaaauaua'].entries()
    for (const [n, side] of turns) {
      // Some at the same time.
      const atMs = nowMs + Math.floor(n / 3)
      if (side === 'u') await write(`u${n}`, atMs)
      else await reply(`a${n}`, atMs)
      written.push(side + String(n))
    }
    for (const limit of [1, 2, 3, 5, 100]) {
      const pages = await read(limit)
      const all = pages.flat()
      expect([...all].sort()).toEqual([...written].sort())
      expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(limit)
      const times = all.map((name) => Math.floor(Number(name.slice(1)) / 3))
      expect(times).toEqual(times.toSorted((a, b) => b - a))
    }
  })

  it('lose a content at its end, and the sweep deletes it', async () => {
    await write('hello', nowMs)
    const end = nowMs + 7 * day
    expect(await read(50, end - 1)).toEqual([['hello']])
    expect(await read(50, end)).toEqual([[]])
    await current().store.sweep({ nowMs: end })
    expect(await read(50, end - 1)).toEqual([[]])
  })

  it('keep the content of a push once, and none of users who are not known', async () => {
    await write('hello', nowMs)
    await write('hello', nowMs + 1)
    await write('order', nowMs, { openId: 'bob', record: { type: 'none' } })
    expect(await read()).toEqual([['hello']])
    expect(await current().store.findUser(appId, 'bob')).toBeUndefined()
  })

  it('end with the user', async () => {
    await write('hello', nowMs)
    const end = { code: 'user_unknown', detail: 'erased' } as const
    const erased = { appId, openId: 'ada', nowMs, ifQueued: end, ifSending: end }
    const user = await current().store.eraseUser(erased)
    expect(await read()).toEqual([[]])
    const page = { limit: 10, nowMs }
    expect((await current().store.findPushes(appId, page)).pushes).toEqual([
      { receivedAt: new Date(nowMs).toISOString(), type: 'text' },
    ])
    expect((await current().store.findWindows(appId, page)).windows).toEqual([])
    const steps = async () => current().store.eraseStep(user!)
    while ((await steps()) > 0);
    const { rows } = await current().store.findExported({ user: user!, part: 'pushContents' })
    expect(rows).toEqual([])
  })

  it('stand beside their pushes', async () => {
    await write('hello', nowMs)
    const [found] = (await current().store.findPushes(appId, { limit: 10, nowMs })).pushes
    expect(found).toMatchObject({ openId: 'ada', content: { MsgType: 'text', Content: 'hello' } })
  })

  it('can be continued while the window is open: the latest user first', async () => {
    await write('hello', nowMs)
    await write('hi', nowMs + 1, { openId: 'bob' })
    await write('again', nowMs + 2)
    await write('elsewhere', nowMs + 3, { appId: 'wx0000000000000002', openId: 'eve' })
    const windows = async (atMs: number, rest: object = {}) =>
      current().store.findWindows(appId, { limit: 10, nowMs: atMs, ...rest })
    const of = (openId: string, openedMs: number) => ({
      openId,
      kind: 'wrote',
      uses: 5,
      expiresAt: new Date(openedMs + 2 * day).toISOString(),
      lastPush: { receivedAt: new Date(openedMs).toISOString(), type: 'text' },
    })
    const both = [of('ada', nowMs + 2), of('bob', nowMs + 1)]
    expect(await windows(nowMs + 4)).toEqual({ windows: both })
    const first = await windows(nowMs + 4, { limit: 1 })
    expect(first).toEqual({ windows: [both[0]], cursor: expect.any(String) })
    const { cursor } = first
    expect(await windows(nowMs + 4, { limit: 1, cursor })).toEqual({ windows: [both[1]] })
    await reply('what is it?', nowMs + 4)
    expect((await windows(nowMs + 4)).windows[0]).toMatchObject({ openId: 'ada', uses: 4 })
    expect((await windows(nowMs + 1 + 2 * day)).windows.map(({ openId }) => openId)).toEqual([
      'ada',
    ])
    expect((await windows(nowMs + 2 + 2 * day)).windows).toEqual([])
  })
}
