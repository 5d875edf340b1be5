/** The one reach of this mini-program: `app.ts` and the pages import it from here. */
// A real app imports createReach from 'wx-reach', and nothing of the sandbox.
import { createReach } from './client/index'
import { sandboxPlatform } from './client/sandbox'
import { config } from './config'

// A real app imports them from 'wx-reach', 'wx-reach/rights' and 'wx-reach/scene'.
export type { Arrival, ShareFailure, ShareSuccess } from './client/index'
export { rights, type Rights } from './client/rights'
export { scene, sceneOf } from './client/scene'

// getSystemInfoSync is of every base library; its successors are not.
const isSimulated = wx.getSystemInfoSync().brand === 'wx-reach-simulator'

/**
 * A real app has no such line, and calls `wx`: then sign-in, formIds and groups are WeChat's. So
 * they are in the simulator, whose `wx` has them of the sandbox.
 */
export const platform = isSimulated ? wx : sandboxPlatform(wx, { url: config.sandbox })

export const reach = createReach({
  baseUrl: config.baseUrl,
  appId: config.appId,
  // A real app that shows a privacy notice starts with 'required', and calls reach.consent(true)
  // after it.
  consent: 'granted',
  platform,
})
