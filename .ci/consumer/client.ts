/** A user of `wx-reach`, compiled against what npm packs, with every declaration checked. */
import { createReach } from 'wx-reach'
import type { DroppedEvent, Platform } from 'wx-reach'

declare const wx: Platform
const lost: DroppedEvent[] = []

export const reach = createReach({
  baseUrl: 'https://reach.test',
  consent: 'granted',
  platform: wx,
  onDrop: (drop) => lost.push(drop),
})
export const page = reach.page({
  data: { n: 1 },
  title() {
    return `No. ${this.data.n}`
  },
  onShareAppMessage() {
    return { title: this.title(), path: '/pages/index/index' }
  },
  onSubmit: reach.formSubmit((event) => event.detail.value),
})

// @ts-expect-error -- consent has two words
createReach({ baseUrl: '', consent: 'maybe' })
