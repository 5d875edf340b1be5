import { reach } from '../../reach'

Page(
  reach.page({
    onShareAppMessage: () => ({ title: 'Hello', path: '/pages/index/index' }),
    submit: reach.formSubmit(),
  }),
)
