import { reach } from './reach'

// All that an app needs: launches from a share are noticed, and what is queued goes out when the
// app comes and goes.
App(reach.app({}))
