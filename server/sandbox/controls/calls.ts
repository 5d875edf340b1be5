import { control } from './control.ts'

/** Every API call seen, in order of arrival. With `appId`, only those of this app. */
export const calls = control({
  method: 'GET',
  path: '/sandbox/calls',
  fields: {},
  act: ({ sandbox, named }) => ({ calls: sandbox.state().calls.list(named()?.appId) }),
})
