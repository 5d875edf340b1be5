/** The web console: its sessions. The numbers are ours. */
import { day, hour } from './time.ts'

export const consoleRules = {
  cookie: 'reach_console',
  /** A browser sends it to the page's own origin alone, and only when a script sets it. */
  header: 'X-Reach-Console',
  sessionLastsMs: 12 * hour,
  /** Its clock is moved by weeks, and nobody signs in there. Browsers keep a cookie so long. */
  demoSessionLastsMs: 400 * day,
  /** Of a key that is typed in. Longer ones of REACH_API_KEYS cannot sign in. */
  apiKeyLength: 1_000,
} as const
