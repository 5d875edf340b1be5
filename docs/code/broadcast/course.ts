import { rights } from 'wx-reach/rights'
import { reach } from '../reach'

/** 开课提醒 */
const begins = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
const week = 7 * 24 * 60 * 60 * 1000

Page(
  reach.page({
    data: { mayAsk: false },

    // Who would get the message anyway is not asked, nor who has refused within a week.
    onShow() {
      const refusedAt = Number(wx.getStorageSync('course-refused'))
      rights(reach).then(
        ({ subscribe }) =>
          this.setData({
            mayAsk: subscribe[begins] === undefined && Date.now() - refusedAt > week,
          }),
        () => {},
      )
    },

    // The tap on 开课时通知我. The tag says what for, so that a broadcast reaches those alone.
    notifyMe() {
      const refused = () => wx.setStorageSync('course-refused', Date.now())
      this.setData({ mayAsk: false })
      reach.subscribe({ tmplIds: [begins], tag: 'course' }).then((answer) => {
        if (answer[begins] !== 'accept') refused()
      }, refused)
    },
  }),
)
