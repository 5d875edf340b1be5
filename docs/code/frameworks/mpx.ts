import { reach } from '../reach'

/**
 * `createPage(page)` of `@mpxjs/core`. Not `reach.page`: Mpx makes options of its own from these.
 */
export const page = {
  data: { item: 'tea' },

  onShareAppMessage: reach.share(function (this: { item: string }) {
    return { title: 'Come in', path: `/pages/item/item?item=${this.item}` }
  }),

  submit: reach.formSubmit(function (this: { item: string }, event) {
    this.item = String(event.detail.value.item)
  }),
}
