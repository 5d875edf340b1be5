import { readTexts, switchLanguage } from '../../language'
import { reach, rights, type Rights } from '../../reach'

/** A real app asks for the templates that it has chosen in WeChat's console (订阅消息). */
const template = 'rights-demo-order-ready-000000000000000000'

Page({
  data: {
    words: readTexts(),
    /** What the user said last, in the platform's word: accept, reject, ban or filter. */
    answer: '',
    /** Answers on this page that gave one more right. */
    accepted: 0,
    waiting: 0,
    problem: '',
    template,
    /** What this user can receive now, by the server's count; `null`: it is not known. */
    onServer: null as Rights | null,
  },

  onShow() {
    this.setData({ words: readTexts() })
    void this.refresh()
  },

  // From a tap: the platform shows its panel only then. The library records the answer.
  async ask() {
    try {
      const given = await reach.subscribe({ tmplIds: [template] })
      const answer = (given as Record<string, string | undefined>)[template] ?? ''
      const accepted = this.data.accepted + (answer === 'accept' ? 1 : 0)
      this.setData({ answer, accepted, problem: '' })
    } catch (error) {
      const { errMsg } = error as { errMsg: string }
      this.setData({ problem: /not supported/.test(errMsg) ? 'tooOld' : errMsg })
    }
    await this.refresh()
  },

  async refresh() {
    // What is still queued on the phone is unknown to the server.
    await reach.flush()
    this.setData({ waiting: reach.inspect().queued.length })
    try {
      this.setData({ onServer: await rights(reach) })
    } catch {
      this.setData({ onServer: null })
    }
  },

  changeLanguage() {
    this.setData({ words: switchLanguage() })
  },
})
