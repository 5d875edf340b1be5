import { followPrivacy } from 'wx-reach/privacy'
import { reach } from './reach'

App(
  reach.app({
    onLaunch() {
      // Who agreed in an earlier launch is not asked again.
      followPrivacy(reach, wx)
    },
  }),
)
