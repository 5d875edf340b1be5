import { backend } from '../../backend'
import { readTexts, switchLanguage } from '../../language'
import { reach, type ShareFailure, type ShareSuccess } from '../../reach'

const { SDKVersion = '1.0.0' } = wx.getSystemInfoSync()

/** From 2.3.0 on the platform calls back neither `success` nor `fail` of a share. */
const tellsOutcome = /^(1|2\.[0-2])\./.test(SDKVersion)

interface Switched {
  detail: { value: boolean }
}

Page(
  reach.page({
    data: {
      words: readTexts(),
      library: SDKVersion,
      outcome: 'notShared' as
        'notShared' | 'sharing' | 'shared' | 'cancelled' | 'failed' | 'notTold',
      problem: '',
      /** Of the chat into which this user shared: old base libraries give a ticket for it. */
      openGId: '',
      withTicket: false,
      menuAnswer: '',
    },

    onShow() {
      this.setData({ words: readTexts() })
    },

    onShareAppMessage() {
      const outcome = tellsOutcome ? 'sharing' : 'notTold'
      this.setData({ outcome, problem: '', openGId: '' })
      return {
        title: this.data.words.shareTitle,
        path: '/pages/outcome/outcome',
        success: (result: ShareSuccess) => void this.shared(result),
        fail: ({ errMsg }: ShareFailure) => {
          const cancelled = errMsg.endsWith('fail cancel')
          this.setData(
            cancelled ? { outcome: 'cancelled' } : { outcome: 'failed', problem: errMsg },
          )
        },
      }
    },

    async shared({ shareTickets = [] }: ShareSuccess) {
      this.setData({ outcome: 'shared' })
      const [shareTicket] = shareTickets
      // A chat of two has no ticket, and so has a card that was shared without.
      if (!shareTicket) return
      try {
        // Before: what WeChat encrypts is lost when a sign-in replaces the key.
        await backend.signIn()
        const group = await reach.getShareInfo({ shareTicket, timeout: 3000 })
        this.setData(await backend.groupOf(group))
      } catch {
        this.setData({ problem: 'noBackend' })
      }
    },

    showMenu({ detail }: Switched) {
      // showShareMenu takes the ticket away, unless it is asked for again.
      const { withTicket: withShareTicket } = this.data
      void (detail.value
        ? this.ask('showShareMenu', { withShareTicket })
        : this.ask('hideShareMenu'))
    },

    takeTicket({ detail }: Switched) {
      this.setData({ withTicket: detail.value })
      void this.ask('updateShareMenu', { withShareTicket: detail.value })
    },

    async ask(name: 'showShareMenu' | 'hideShareMenu' | 'updateShareMenu', options?: object) {
      try {
        this.setData({ menuAnswer: (await reach[name](options)).errMsg })
      } catch (error) {
        this.setData({ menuAnswer: (error as { errMsg: string }).errMsg })
      }
    },

    changeLanguage() {
      this.setData({ words: switchLanguage() })
    },
  }),
)
