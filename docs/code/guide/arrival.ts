import { reach } from './reach'

Page({
  data: { invited: false },

  stopListening() {},

  onLoad() {
    // Whoever opened a card that somebody shared; `openGId` follows once the server has decrypted
    // the group.
    this.stopListening = reach.onArrival(({ shareId }) => this.setData({ invited: !!shareId }))
  },

  onUnload() {
    this.stopListening()
  },
})
