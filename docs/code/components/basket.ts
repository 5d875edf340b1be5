import { ComponentWithComputed } from 'miniprogram-computed'
import { component } from 'wx-reach/component'
import { reach } from '../reach'

ComponentWithComputed(
  component(reach, {
    data: { price: 12, count: 2 },
    computed: {
      total: (data) => data.price * data.count,
    },
    watch: {
      count(count: number) {
        if (count > 9) this.setData({ count: 9 })
      },
    },
    methods: {
      onShareAppMessage() {
        return { title: `¥${this.data.total}`, path: `/pages/basket/basket?n=${this.data.count}` }
      },
    },
  }),
)
