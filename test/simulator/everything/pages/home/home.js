const { told } = getApp().globalData
const tell = (what) => told.push(`home ${what}`)

Page({
  data: {
    items: [
      { id: 1, name: 'one' },
      { id: 2, name: 'two' },
    ],
    show: false,
    told: '',
  },
  onLoad(query) {
    tell(`load ${JSON.stringify(query)}`)
  },
  onShow() {
    tell('show')
  },
  onReady() {
    tell('ready')
    this.setData({ told: told.join(', ') })
  },
  onHide() {
    tell('hide')
  },
  onUnload() {
    tell('unload')
  },
  onPullDownRefresh() {
    tell('pull')
    wx.stopPullDownRefresh()
  },
  swap() {
    const [one, two] = this.data.items
    this.setData({ items: [two, one], 'items[0].name': 'zwei', show: true })
  },
  second() {
    wx.navigateTo({
      url: '/pages/second/second?from=home',
      events: { answered: (answer) => this.setData({ told: answer }) },
      success: ({ eventChannel }) => eventChannel.emit('asked', 'how are you'),
    })
  },
})
