import { rights } from 'wx-reach/rights'
import { reach } from '../reach'

/** 订单发货提醒 */
const shipped = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

Page(
  reach.page({
    data: { willHear: false, switchedOff: false },

    // The button appears for those who would get no message, and where the server does not answer.
    onShow() {
      rights(reach).then(
        ({ subscribe }) => this.setData({ willHear: subscribe[shipped] !== undefined }),
        () => {},
      )
    },

    // The tap on 发货时通知我. Nothing stands before the call: after an `await` the tap does not count
    // any more.
    notifyMe() {
      reach.subscribe({ tmplIds: [shipped] }).then(
        (answer) => this.setData({ willHear: answer[shipped] === 'accept' }),
        // 20004: the user has switched all subscriptions off. Say where, ask no more.
        ({ errCode }: { errCode?: number }) => this.setData({ switchedOff: errCode === 20004 }),
      )
    },
  }),
)
