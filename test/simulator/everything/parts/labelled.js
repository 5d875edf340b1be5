module.exports = Behavior({
  properties: { label: String },
  methods: {
    pick() {
      this.triggerEvent('picked', { label: this.data.label })
    },
  },
})
