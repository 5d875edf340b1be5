import { readTexts, switchLanguage } from '../../language'
import { reach, rights } from '../../reach'

// Nothing is captured here: WeChat itself tells the server that the user came, with `session-from`
// (user_enter_tempsession), and that is the right to answer.
Page({
  data: {
    words: readTexts(),
    sessionFrom: 'demo-support-page',
    /** How many messages customer service may send now; `null`: it is not known. */
    rights: null as number | null,
  },

  timer: 0,

  onShow() {
    this.setData({ words: readTexts() })
    void this.countRights()
    this.timer = setInterval(() => void this.countRights(), 2000)
  },

  onHide() {
    clearInterval(this.timer)
  },

  onUnload() {
    clearInterval(this.timer)
  },

  async countRights() {
    try {
      const { customer } = await rights(reach)
      this.setData({ rights: customer.uses })
    } catch {
      this.setData({ rights: null })
    }
  },

  changeLanguage() {
    this.setData({ words: switchLanguage() })
  },
})
