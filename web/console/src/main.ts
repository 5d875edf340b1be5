import { createApp } from 'vue'
import { forgetFirst } from './api/first-asked.ts'
import { findSession } from './api/session.ts'
import Console from './app/Console.vue'
import { loadScreen } from './app/screens.ts'
import { startLive } from './live/live.ts'
import { route, startRouter } from './router/router.ts'
import { startClock } from './ui/now.ts'
import './ui/theme/tokens.css'
import './ui/theme/base.css'

startRouter()
startClock()
// The first view stands in the page until both are there.
void Promise.all([findSession(), loadScreen(route.value.screen)]).then(() => {
  startLive()
  createApp(Console).mount('#console')
  delete document.documentElement.dataset.first
  setTimeout(forgetFirst)
})
