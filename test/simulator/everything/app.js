const told = []
App({
  globalData: { told },
  onLaunch(options) {
    told.push(`app launch ${options.scene}`)
  },
  onShow() {
    told.push('app show')
  },
  onHide() {
    told.push('app hide')
  },
})
