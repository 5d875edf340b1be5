import { reach } from '../reach'

interface Row {
  place: number
  steps: number
}

Page(
  reach.page(
    {
      data: { openGId: '', rows: [] as Row[] },

      stopListening() {},

      onLoad() {
        // At once if the group is known already, else as soon as the server has decrypted it.
        this.stopListening = reach.onArrival(({ openGId = '' }) => {
          this.setData({ openGId })
          if (openGId) this.loadRows(openGId)
        })
      },

      onUnload() {
        this.stopListening()
      },

      loadRows(openGId: string) {
        wx.request({
          url: 'https://app.example.com/ranking',
          data: { openGId },
          success: ({ data }) => this.setData({ rows: (data as { rows: Row[] }).rows }),
        })
      },

      onShareAppMessage() {
        return { title: '今天群里谁走得最多？', path: '/pages/ranking/ranking' }
      },
    },
    // Openers on base libraries before 2.17.3 need it. The price: the card cannot be forwarded
    // again.
    { groupTicket: true },
  ),
)
