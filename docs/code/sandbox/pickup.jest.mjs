import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createSandbox } from 'wx-reach-server/sandbox'
import { sendPickup } from './pickup.mjs'

let wechat
beforeAll(async () => {
  wechat = await createSandbox()
})
afterAll(() => wechat.close())

test('a failure of WeChat reaches the caller', async () => {
  const { openId } = await wechat.control.addUser()
  await wechat.control.addFault({ path: '/cgi-bin/message/subscribe/send', errcode: -1 })
  expect(await sendPickup(wechat.url, openId, '咖啡')).toBe(-1)
  expect(await wechat.control.listInbox({ openId })).toEqual({ messages: [] })
})
