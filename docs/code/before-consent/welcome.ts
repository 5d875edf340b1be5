import { privacyListener } from 'wx-reach/privacy'
import { reach } from './reach'
import type { PrivacyAnswer } from 'wx-reach/privacy'

Page({
  data: { asking: false },

  answer: (() => {}) as PrivacyAnswer,

  onLoad() {
    if (!wx.onNeedPrivacyAuthorization) return
    wx.onNeedPrivacyAuthorization(
      privacyListener(reach, (resolve: PrivacyAnswer) => {
        this.answer = resolve
        this.setData({ asking: true })
      }) as never,
    )
  },

  agree() {
    this.setData({ asking: false })
    this.answer({ event: 'agree', buttonId: 'agree' })
  },

  disagree() {
    this.setData({ asking: false })
    this.answer({ event: 'disagree' })
  },
})
