Page({
  data: { title: 'Title', picked: '', typed: 'typed' },
  picked(event) {
    this.setData({ picked: event.detail.label })
  },
  count() {
    this.setData({ picked: String(this.selectComponent('.list').count()) })
  },
})
