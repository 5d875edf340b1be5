const labelled = require('./labelled')

Component({
  behaviors: [labelled, 'wx://form-field'],
  relations: { './list': { type: 'parent' } },
  lifetimes: {
    ready() {
      this.setData({ isReady: true })
    },
  },
})
