import { readTexts, switchLanguage } from '../../language'
import { reach } from '../../reach'
import { whyNoGroup } from '../../why-no-group'

Page(
  reach.page(
    {
      data: {
        words: readTexts(),
        /** The share that this launch came from, and its group. */
        shareId: '',
        openGId: '',
        /** Why there is no group: a key of `words.noGroupReasons`, or the platform's words. */
        noGroup: '',
      },

      stopListening() {},

      onLoad() {
        this.stopListening = reach.onArrival((arrival) => {
          const { shareId = '', openGId = '' } = arrival
          this.setData({ shareId, openGId, noGroup: whyNoGroup(arrival) })
        })
      },

      onShow() {
        this.setData({ words: readTexts() })
      },

      onUnload() {
        this.stopListening()
      },

      // Called for the menu and for the button alike. The library adds the id of the share to the
      // path.
      onShareAppMessage() {
        return { title: this.data.words.shareTitle, path: '/pages/index/index' }
      },

      changeLanguage() {
        this.setData({ words: switchLanguage() })
      },
    },
    // So that an opener learns the group on base libraries before 2.17.3 as well, and in the
    // sandbox. The price: such a card goes to one chat, and nobody there can forward it. Leave it
    // out unless your app needs it.
    { groupTicket: true },
  ),
)
