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
// The first view stands in the page until both are there, and is painted before it goes.
void Promise.all([findSession(), loadScreen(route.value.screen), painted()]).then(() => {
  startLive()
  createApp(Console).mount('#console')
  delete document.documentElement.dataset.first
  setTimeout(forgetFirst)
})

/** Resolves after the next paint, or soon where a page in the background has none. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve))
    setTimeout(resolve, 300)
  })
}
