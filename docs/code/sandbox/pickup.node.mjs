import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSandbox } from 'wx-reach-server/sandbox'
import { sendPickup } from './pickup.mjs'

let wechat
before(async () => {
  wechat = await createSandbox()
})
after(() => wechat.close())

test('one consent is one message', async () => {
  const { openId } = await wechat.control.addUser()
  await wechat.control.answerSubscription({ openId, templateId: 'pickup', answer: 'accept' })
  assert.equal(await sendPickup(wechat.url, openId, '咖啡'), 0)
  assert.equal(await sendPickup(wechat.url, openId, '茶'), 43101)
  const { messages } = await wechat.control.listInbox({ openId })
  assert.equal(messages.length, 1)
})
