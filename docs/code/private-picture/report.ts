import { reach } from '../reach'

Page(
  reach.page({
    data: { name: '王小明', sugar: '5.6' },

    onShareAppMessage() {
      return {
        // Nothing of the report: no name, no number, and a path that opens the front page.
        title: '体检报告，一看就懂',
        path: '/pages/index/index',
        // Without it the card shows the top of this very page.
        imageUrl: '/images/share.png',
      }
    },
  }),
)
