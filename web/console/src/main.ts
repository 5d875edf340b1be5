import { createApp } from 'vue'
import { findSession } from './api/session.ts'
import Console from './app/Console.vue'
import { startLive } from './live/live.ts'
import { startRouter } from './router/router.ts'
import { startClock } from './ui/now.ts'
import './ui/theme/tokens.css'
import './ui/theme/base.css'
import { showTheme } from './words/theme.ts'

showTheme()
startRouter()
startClock()
startLive()
void findSession()
createApp(Console).mount('#console')
