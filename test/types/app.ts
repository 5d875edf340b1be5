// Compiled, never run.
import { reach } from './reach'

App(
  reach.app({
    globalData: { user: 'a' },
    onLaunch(options) {
      const ticket: string = options.shareTicket
      this.globalData.user = ticket
      // @ts-expect-error -- text
      this.globalData.user = 1
    },
  }),
)
App(reach.app())
