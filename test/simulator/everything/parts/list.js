Component({
  options: { multipleSlots: true },
  properties: { title: String },
  data: { upper: '', shows: 0 },
  relations: { './item': { type: 'child' } },
  observers: {
    title(title) {
      this.setData({ upper: title.toUpperCase() })
    },
  },
  pageLifetimes: {
    show() {
      this.setData({ shows: this.data.shows + 1 })
    },
  },
  methods: {
    count() {
      return this.getRelationNodes('./item').length
    },
  },
})
