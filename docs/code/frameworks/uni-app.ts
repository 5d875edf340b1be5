import { reach } from '../reach'

/** `export default page` in the <script> of a .vue file; `this` is the component. */
export const page = {
  data: () => ({ item: 'tea' }),

  onShareAppMessage: reach.share(function (this: { item: string }) {
    return { title: 'Come in', path: `/pages/item/item?item=${this.item}` }
  }),

  methods: {
    submit: reach.formSubmit(function (this: { item: string }, event) {
      this.item = String(event.detail.value.item)
    }),
  },
}
