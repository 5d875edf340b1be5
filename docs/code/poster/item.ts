import { scene } from 'wx-reach/scene'
import { reach } from '../reach'

Page(
  reach.page({
    data: { itemId: '' },

    onLoad(options: Record<string, string | undefined>) {
      if (!options.scene) return this.setData({ itemId: options.itemId || '' })
      scene(reach, options).then(
        ({ payload }) => this.setData({ itemId: (payload as { itemId: string }).itemId }),
        // Offline, or a code of somebody else's: the page opens without an item.
        () => this.setData({ itemId: '' }),
      )
    },

    onShareAppMessage() {
      return { title: '看看这个', path: `/pages/item/item?itemId=${this.data.itemId}` }
    },
  }),
)
