Page({
  data: { title: 'All', heard: [], animation: null, told: null },
  onReady() {
    const animation = wx.createAnimation({ duration: 0 })
    this.setData({ animation: animation.opacity(0.5).step().export() })
  },
  onShareAppMessage() {
    return { title: 'everything', path: '/pages/all/all' }
  },
  note({ type, detail }) {
    this.setData({ heard: this.data.heard.concat([[type, detail]]) })
  },
  loaded() {
    wx.createSelectorQuery()
      .select('.animated')
      .boundingClientRect(({ height }) => this.setData({ title: height > 0 ? 'Measured' : '' }))
      .exec()
  },
  pressed(told) {
    this.setData({ told })
  },
})
