import { action, observable } from 'mobx-miniprogram'
import { ComponentWithStore } from 'mobx-miniprogram-bindings'
import { component } from 'wx-reach/component'
import { reach } from '../reach'

export const store = observable({
  votes: 0,
  vote: action(() => {
    store.votes++
  }),
})

ComponentWithStore(
  component(reach, {
    // In `data` as well: the type of `this.data` comes from there.
    data: { votes: 0 },
    storeBindings: { store, fields: ['votes'], actions: ['vote'] },
    methods: {
      onShareAppMessage() {
        return { title: `${this.data.votes} votes so far`, path: '/pages/votes/votes' }
      },
    },
  }),
)
