/** The one reach of this mini-program: `app.ts` and the pages import it from here. */
// A real app imports createReach from 'wx-reach', and nothing of the sandbox.
import { createReach } from './client/index'
import { sandboxPlatform } from './client/sandbox'
import { config } from './config'

export const reach = createReach({
  baseUrl: config.baseUrl,
  // A real app that shows a privacy notice starts with 'required', and calls reach.consent(true)
  // after it.
  consent: 'granted',
  // A real app leaves this line out: then sign-in, formIds and groups are WeChat's.
  platform: sandboxPlatform(wx, { url: config.sandbox }),
})
