/** `serve` as a process of its own, with an app whose platform is a sandbox of the test's. */
import { runProcess, type CommandProcess } from './command-process.ts'
import { strongApiKey, strongSecretKey } from './strong-keys.ts'

interface ServeOptions {
  cwd: string
  databaseUrl: string
  app: { appId: string; secret: string; edition: string }
  apiBase: string
  /** Further settings. */
  settings?: Record<string, string>
}

export const serveProcess = ({
  cwd,
  databaseUrl,
  app,
  apiBase,
  settings,
}: ServeOptions): CommandProcess =>
  runProcess('serve', {
    cwd,
    env: {
      DATABASE_URL: databaseUrl,
      WECHAT_APPID: app.appId,
      WECHAT_SECRET: app.secret,
      WECHAT_EDITION: app.edition,
      WECHAT_API_BASE: apiBase,
      REACH_API_KEYS: strongApiKey,
      REACH_SECRET_KEY: strongSecretKey,
      HOST: '127.0.0.1',
      PORT: '0',
      ...settings,
    },
  })

/** The server's address, once it serves. */
export async function servingUrl(child: CommandProcess): Promise<string> {
  return (JSON.parse(await child.line(/"serving"/)) as { url: string }).url
}
