Page({
  data: { query: '', asked: '' },
  onLoad(query) {
    this.setData({ query: JSON.stringify(query) })
    this.channel = this.getOpenerEventChannel()
    this.channel.on('asked', (asked) => this.setData({ asked }))
  },
  answer() {
    this.channel.emit('answered', 'fine')
    wx.navigateBack()
  },
})
