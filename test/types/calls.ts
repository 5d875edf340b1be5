// Compiled, never run.
import { reach } from './reach'
import type { Platform } from '../../miniprogram/client'
import { sandboxPlatform } from '../../miniprogram/client/sandbox'

/** The platform's own object is a platform. */
export const platform: Platform = wx
export const sandbox: Platform = sandboxPlatform(wx, { url: 'http://127.0.0.1:3001' })

export async function promises() {
  const { encryptedData, iv } = await reach.getShareInfo({ shareTicket: 't', timeout: 1 })
  const answer = await reach.subscribe({ tmplIds: ['a'] })
  await reach.showShareMenu()
  return encryptedData + iv + answer['a']
}

export const nothing: void = reach.showShareMenu({ withShareTicket: true, success() {} })

// @ts-expect-error -- ids stand in a list
reach.subscribe({ tmplIds: 'a' })
// @ts-expect-error -- a prepay_id is text
reach.payment(1)
// @ts-expect-error -- the ticket is needed
reach.getShareInfo({ timeout: 1 })

Page({
  data: { submitted: 0 },
  submit: reach.formSubmit(function (event) {
    this.setData({ submitted: 1 })
    return void event.detail.value
  }),
  submitTyped: reach.formSubmit(function (event: WechatMiniprogram.FormSubmit) {
    return void event.currentTarget
  }),
  onUnload: reach.onArrival(({ shareId, openGId, group }) => void [shareId, openGId, group]),
})
