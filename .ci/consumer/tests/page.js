const { reach } = require('./reach')

Page(
  reach.page({
    data: { name: '', openGId: '' },

    onLoad() {
      this.stopListening = reach.onArrival(({ openGId }) => this.setData({ openGId }))
      wx.request({
        url: 'https://app.example.com/me',
        success: ({ data }) => this.setData(data),
      })
    },

    onUnload() {
      this.stopListening()
    },

    onShareAppMessage() {
      return { title: `${this.data.name}邀请你` }
    },
  }),
)
