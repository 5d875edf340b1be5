// Compiled, never run: what behaviors add to `this`, and the platform's packages for components.
import { action, observable } from 'mobx-miniprogram'
import {
  ComponentWithStore,
  createStoreBindings,
  storeBindingsBehavior,
} from 'mobx-miniprogram-bindings'
import {
  behavior as computedBehavior,
  BehaviorWithComputed,
  ComponentWithComputed,
} from 'miniprogram-computed'
import type { ShareEvent, ShareSuccess } from '../../miniprogram/client'
import { behavior } from '../../miniprogram/client/behavior'
import { component } from '../../miniprogram/client/component'
import { reach } from './reach'

const foldable = Behavior({
  data: { open: false },
  properties: { label: String },
  methods: {
    toggle(): boolean {
      this.setData({ open: !this.data.open })
      return this.data.open
    },
  },
})
const named = Behavior({ behaviors: [foldable], methods: { describe: (): string => 'a' } })
const sharing = Behavior(
  behavior(reach, {
    behaviors: [named],
    data: { size: 1 },
    methods: {
      onShareAppMessage() {
        return { title: this.describe() + this.data.label + this.data.size + this.toggle() }
      },
    },
  }),
)

Component(
  component(reach, {
    behaviors: [sharing, 'wx://form-field'],
    data: { n: 1 },
    lifetimes: {
      attached() {
        const open: boolean = this.toggle()
        return void open
      },
    },
    methods: {
      tap() {
        const open: boolean = this.data.open
        const label: string = this.properties.label
        const size: number = this.data.size
        // @ts-expect-error -- text
        const wrong: number = this.describe()
        // @ts-expect-error -- no behavior has it
        this.missing()
        // @ts-expect-error -- neither data nor property
        void this.data.missing
        return void [open, label, size, wrong, this.data.n]
      },
      onShareAppMessage(event: ShareEvent) {
        const fold = (result: ShareSuccess) => void (result.shareTickets && this.toggle())
        return { title: event.from + this.data.n + this.data.label, success: fold }
      },
    },
  }),
)

/** Fields of the instance that no option declares, as `Component` takes them. */
component<{}, {}, { stop(): void }, [], { timer: number }>(reach, {
  methods: {
    stop() {
      this.timer = 0
      // @ts-expect-error -- a number
      this.timer = ''
    },
  },
})

ComponentWithComputed(
  component(reach, {
    properties: { label: String },
    data: { price: 1, count: 2 },
    watch: {
      'price, count'(price: number, count: number) {
        this.setData({ price: price + count })
      },
    },
    computed: {
      total: (data) => data.price * data.count,
      text(data): string {
        // @ts-expect-error -- neither data nor property
        void data.missing
        return data.label
      },
    },
    methods: {
      onShareAppMessage() {
        const total: number = this.data.total
        // @ts-expect-error -- text
        const wrong: number = this.data.text
        return { title: `${total}${wrong}` }
      },
    },
  }),
)
Component(
  component(reach, {
    behaviors: [computedBehavior, foldable],
    data: { n: 1 },
    computed: { twice: (data) => data.n * 2 + data.label.length },
    methods: {
      onShareAppMessage() {
        const twice: number = this.data.twice
        return { title: `${twice}${this.toggle()}` }
      },
    },
  }),
)
BehaviorWithComputed(
  behavior(reach, {
    data: { n: 1 },
    computed: { twice: (data) => data.n * 2 },
    methods: { onShareAppMessage: reach.share(() => ({ title: 'a' })) },
  }),
)

const store = observable({
  count: 1,
  add: action(function (this: { count: number }) {
    this.count++
  }),
})
const storeBindings = { store, fields: ['count'], actions: ['add'] }
const data = { count: 0 }

ComponentWithStore(
  component(reach, {
    data,
    storeBindings,
    methods: {
      onShareAppMessage() {
        return { title: `${this.data.count}` }
      },
    },
  }),
)
Component(
  component(reach, {
    behaviors: [storeBindingsBehavior],
    storeBindings: [storeBindings],
    methods: { onShareAppMessage: () => ({ title: 'a' }) },
  }),
)
Page(
  reach.page({
    behaviors: [storeBindingsBehavior],
    data,
    storeBindings,
    onShareAppMessage() {
      return { title: `${this.data.count}` }
    },
  }),
)
Page(
  reach.page({
    data,
    onLoad() {
      createStoreBindings(this, storeBindings)
    },
    onShareAppMessage() {
      return { title: `${this.data.count}` }
    },
  }),
)
