import { reach } from './reach'

App(
  reach.app({
    // For a look from the console of DevTools: getApp().reach.inspect()
    reach,

    onLaunch() {
      // What you had here stays here.
    },
  }),
)
