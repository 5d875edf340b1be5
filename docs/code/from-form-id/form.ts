import { reach } from '../reach'

const receipt = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

Page(
  reach.page({
    data: { done: false },

    // New: the same tap asks, for the one message that answers this form. A refusal is fine, the
    // form goes on.
    askToAnswer() {
      reach.subscribe({ tmplIds: [receipt] }).catch(() => {})
    },

    // Old: what a form still gives is recorded, and what is no formId is left out. Take the wrapper
    // off when you like.
    submit: reach.formSubmit(function () {
      this.setData({ done: true })
    }),
  }),
)
