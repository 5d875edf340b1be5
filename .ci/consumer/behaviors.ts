/** A user of `wx-reach/component` whose typings know what a behavior adds, as they do from 4 on. */
import { createReach } from 'wx-reach'
import { component } from 'wx-reach/component'
const reach = createReach({ baseUrl: 'https://reach.test', consent: 'granted' })
const foldable = Behavior({
  data: { open: false },
  methods: {
    toggle(): boolean {
      return !this.data.open
    },
  },
})
Component(
  component(reach, {
    behaviors: [foldable],
    methods: {
      onShareAppMessage() {
        return { title: `${this.toggle()}${this.data.open}` }
      },
    },
  }),
)
