import { reach } from './reach'

App(
  reach.app({
    onLaunch() {
      // What you had here stays here.
    },
  }),
)
