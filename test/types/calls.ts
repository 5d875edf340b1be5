import type { Platform } from '../../miniprogram/client'
import { privacyListener, type PrivacyAnswer } from '../../miniprogram/client/privacy'
import { sandboxPlatform } from '../../miniprogram/client/sandbox'
import { reach } from './reach'

// Compiled, never run.

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

// @ts-expect-error -- ids are a list
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

/** Callbacks see what the platform's own declarations promise. */
reach.subscribe({
  tmplIds: ['a'],
  success(result) {
    const word: string | undefined = result['a']
    // @ts-expect-error -- a word
    const wrong: number = result['a']
    void [word, wrong]
  },
  fail: (error) => void error.errMsg,
})
reach.updateShareMenu({ withShareTicket: true, success: (result) => void result.errMsg.length })
reach.showShareMenu({ complete: (result) => void result.errMsg.length })
/** What the platform takes, alone or with others. */
reach.showShareMenu({ menus: ['shareAppMessage', 'shareTimeline'] })
reach.hideShareMenu({ menus: ['shareTimeline'] })
reach.updateShareMenu({ isUpdatableMessage: true, activityId: 'a' })
reach.updateShareMenu({ isPrivateMessage: true })
reach.updateShareMenu({ toDoActivityId: 'a' })
// @ts-expect-error -- a list
reach.hideShareMenu({ menus: 'shareTimeline' })
reach.hideShareMenu({
  success(result) {
    // @ts-expect-error -- the platform says nothing of it
    void result.missing
  },
})
reach.showShareMenu({
  complete: (result: WechatMiniprogram.GeneralCallbackResult) => void result.errMsg,
})

/** Options that were declared elsewhere, by the platform's own names. */
declare const menu: WechatMiniprogram.UpdateShareMenuOption
declare const shown: WechatMiniprogram.ShowShareMenuOption
declare const hidden: WechatMiniprogram.HideShareMenuOption
declare const asked: WechatMiniprogram.RequestSubscribeMessageOption
declare const info: WechatMiniprogram.GetShareInfoOption
reach.updateShareMenu(menu)
reach.showShareMenu(shown)
reach.hideShareMenu(hidden)
reach.subscribe(asked)
reach.getShareInfo(info)

App({
  onLaunch() {
    wx.onNeedPrivacyAuthorization(privacyListener(reach, (resolve) => this.showPopup(resolve)))
  },
  showPopup(resolve: PrivacyAnswer) {
    resolve({ event: 'agree', buttonId: 'agree' })
    // @ts-expect-error -- the platform asks for the word
    resolve({})
  },
})
