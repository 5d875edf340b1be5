import { observable } from 'mobx-miniprogram'
import { storeBindingsBehavior } from 'mobx-miniprogram-bindings'
import { reach } from '../reach'

export const store = observable({ votes: 0 })

Page(
  reach.page({
    behaviors: [storeBindingsBehavior],
    data: { votes: 0 },
    storeBindings: { store, fields: ['votes'], actions: [] },
    onShareAppMessage() {
      return { title: `${this.data.votes} votes so far`, path: '/pages/votes/votes' }
    },
  }),
)
