import { readTexts, switchLanguage } from '../../language'
import { reach } from '../../reach'

// No share handler, so there is nothing to wrap: `Page` takes the options as they are.
Page({
  data: {
    words: readTexts(),
    submitted: 0,
    waiting: 0,
    acknowledged: 0,
  },

  timer: 0,

  onShow() {
    this.setData({ words: readTexts() })
    this.refresh()
    this.timer = setInterval(() => this.refresh(), 1000)
  },

  onHide() {
    clearInterval(this.timer)
  },

  onUnload() {
    clearInterval(this.timer)
  },

  // A real app does its own work here, as without the library: the formId is recorded before this
  // runs. (In DevTools without an AppID a moment later, since there the sandbox has to make one.)
  submit: reach.formSubmit(function () {
    this.setData({ submitted: this.data.submitted + 1 })
    this.refresh()
  }),

  refresh() {
    const { queued, acknowledged } = reach.inspect()
    this.setData({ waiting: queued.length, acknowledged })
  },

  changeLanguage() {
    this.setData({ words: switchLanguage() })
  },
})
