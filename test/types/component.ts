import type { ShareEvent } from '../../miniprogram/client'
import { behavior } from '../../miniprogram/client/behavior'
import { component } from '../../miniprogram/client/component'
import { reach } from './reach'

// Compiled, never run: `this` in a wrapped component is what `Component` itself infers.

Component(
  component(reach, {
    properties: {
      label: String,
      size: { type: Number, value: 1 },
      user: { type: Object, value: null as { name: string } | null },
    },
    data: { count: 1 },
    lifetimes: {
      attached() {
        const count: number = this.data.count
        const label: string = this.data.label
        const size: number = this.properties.size
        const name: string | undefined = this.data.user?.name
        this.setData({ count: count + size })
        this.triggerEvent('tap')
        const greeting: string = this.greet('x')
        // @ts-expect-error -- a number
        const wrong: string = this.data.count
        // @ts-expect-error -- neither data nor property
        void this.data.missing
        // @ts-expect-error -- count is a number
        this.setData({ count: 'x' })
        return void [label, name, greeting, wrong]
      },
    },
    methods: {
      greet(name: string): string {
        return this.data.label + name
      },
      onShareAppMessage(event: ShareEvent) {
        return { title: this.greet(event.from) + this.data.count }
      },
    },
  }),
)

Component(component(reach, { methods: {} }, { groupTicket: true }))

// @ts-expect-error -- yes or no
component(reach, { methods: {} }, { groupTicket: 'yes' })

export const shared = Behavior(
  behavior(reach, {
    data: { n: 1 },
    methods: {
      onShareAppMessage() {
        const n: number = this.data.n
        // @ts-expect-error -- a number
        const wrong: string = this.data.n
        return { title: `${n}${wrong}` }
      },
    },
  }),
)
