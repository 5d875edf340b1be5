import { reach } from './reach'

Page(
  reach.page({
    data: { name: '' },

    onShareAppMessage() {
      return { title: `${this.data.name || '我'}邀请你`, path: '/pages/index/index' }
    },

    submit: reach.formSubmit(function (event) {
      this.setData({ name: String(event.detail.value.name) })
    }),
  }),
)
