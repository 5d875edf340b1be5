import { describe, expect, it } from '@jest/globals'
import type { ConversationEntry, Message } from '../../shared/wire/index.ts'
import {
  keyOfEntry,
  partsOf,
  problemOfLink,
  shownOf,
} from '../../web/console/src/screens/customer/conversation.ts'
import { timeLeft } from '../../web/console/src/screens/customer/time-left.ts'
import { typingState } from '../../web/console/src/screens/customer/typing-state.ts'

const at = '2026-11-30T08:00:00.000Z'

describe('the time left of a window', () => {
  const hour = 3_600_000
  const left = (ms: number) => timeLeft(1_000_000_000 + ms, 1_000_000_000)

  it('counts down to the second', () => {
    expect(left(48 * hour).text).toBe('48:00:00')
    expect(left(47 * hour + 61_000).text).toBe('47:01:01')
    expect(left(61_000).text).toBe('1:01')
    expect(left(1).text).toBe('0:01')
  })

  it('is soon over within its last hour, and ends at zero', () => {
    expect(left(hour)).toMatchObject({ soon: false, ended: false })
    expect(left(hour - 1_000)).toMatchObject({ soon: true, ended: false })
    expect(left(0)).toMatchObject({ ended: true, text: '0:00' })
    expect(left(-5_000)).toMatchObject({ ended: true, text: '0:00' })
  })
})

describe('an entry of a conversation', () => {
  const message = { id: 'm1' } as Message

  it('is a bubble with what the user wrote, markup included as text', () => {
    const entry = { by: 'user', at, type: 'text', content: { Content: '<a href="x">hi</a>' } }
    expect(shownOf(entry as ConversationEntry)).toEqual({
      kind: 'text',
      parts: [{ text: '<a href="x">hi</a>' }],
    })
  })

  it('is a bubble with what was replied', () => {
    const content = { msgtype: 'text', text: { content: 'Hello' } }
    expect(shownOf({ by: 'app', at, message, content })).toEqual({
      kind: 'text',
      parts: [{ text: 'Hello' }],
    })
  })

  it('loads no picture from elsewhere: the policy of the page forbids it', () => {
    const content = { PicUrl: 'http://mmbiz.qpic.cn/x' }
    expect(shownOf({ by: 'user', at, type: 'image', content })).toEqual({ kind: 'image' })
  })

  it('is a card where the user sent a page', () => {
    const content = { Title: 'Order', PagePath: 'pages/order' }
    expect(shownOf({ by: 'user', at, type: 'miniprogrampage', content })).toEqual({
      kind: 'card',
      title: 'Order',
      path: 'pages/order',
    })
  })

  it('is a notice where the user did something', () => {
    expect(shownOf({ by: 'user', at, type: 'user_enter_tempsession' })).toEqual({ kind: 'notice' })
  })

  it('says so where its content is not at hand', () => {
    expect(shownOf({ by: 'app', at, message })).toEqual({ kind: 'hidden' })
    expect(shownOf({ by: 'user', at, type: 'text' })).toEqual({ kind: 'hidden' })
  })

  it('names a kind that is not drawn', () => {
    expect(shownOf({ by: 'user', at, type: 'voice', content: {} })).toEqual({
      kind: 'other',
      name: 'voice',
    })
  })

  it('has a key that a push and a message of one moment do not share', () => {
    expect(keyOfEntry({ by: 'app', at, message })).toBe('m1')
    expect(keyOfEntry({ by: 'user', at, type: 'text' })).not.toBe(
      keyOfEntry({ by: 'user', at, type: 'image' }),
    )
  })
})

describe('an answer', () => {
  it('is its text, and the link on a line of its own', () => {
    const link = { text: 'Order', path: '/pages/order' }
    expect(partsOf(' Here it is ', link)).toEqual([
      'Here it is',
      '\n',
      { text: 'Order', path: 'pages/order' },
    ])
    expect(partsOf('', link)).toEqual([{ text: 'Order', path: 'pages/order' }])
    expect(partsOf('Yes', { text: '', path: '' })).toEqual(['Yes'])
    expect(partsOf('  ', undefined)).toEqual([])
  })

  it('needs both of a link, its text and its page', () => {
    expect(problemOfLink({ text: '', path: '' })).toBeUndefined()
    expect(problemOfLink({ text: 'Order', path: 'pages/order' })).toBeUndefined()
    expect(problemOfLink({ text: 'Order', path: ' ' })).toBe('path')
    expect(problemOfLink({ text: '', path: 'pages/order' })).toBe('text')
  })
})

describe('the typing state', () => {
  function started() {
    const told: boolean[] = []
    const clock = { now: 0 }
    const state = typingState(
      (typing) => {
        told.push(typing)
        return Promise.reject(new Error('45081'))
      },
      () => clock.now,
    )
    return { told, clock, state }
  }

  it('is told at the first key, and again once WeChat has stopped to show it', () => {
    const { told, clock, state } = started()
    state.typed('H', 0)
    state.typed('He', 0)
    expect(told).toEqual([true])
    clock.now = 15_000
    state.typed('Hel', 0)
    expect(told).toEqual([true, true])
  })

  it('is not told half a minute after the last message of the user, nor before any', () => {
    const { told, clock, state } = started()
    state.typed('H', undefined)
    clock.now = 30_000
    state.typed('He', 0)
    expect(told).toEqual([])
    state.typed('Hel', 1)
    expect(told).toEqual([true])
  })

  it('ends when the text is emptied or sent, and once only', () => {
    const { told, state } = started()
    state.typed('H', 0)
    state.typed('', 0)
    state.stop()
    expect(told).toEqual([true, false])
  })

  it('needs no end after its time, nor before a key', () => {
    const { told, clock, state } = started()
    state.stop()
    state.typed('H', 0)
    clock.now = 20_000
    state.stop()
    expect(told).toEqual([true])
  })
})
