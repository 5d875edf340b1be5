/** The mini-programs that this server serves. */
import type { Edition } from '../rules/credits.ts'

export interface ReachApp {
  readonly appId: string
  readonly secret: string
  /** The platform's rules of a time. Read at each use: the demo changes it at run time. */
  readonly edition: Edition
  readonly pushToken?: string
  readonly pushAesKey?: string
  /** The key before a rotation: pushes encrypted with it are still accepted. */
  readonly previousPushAesKey?: string
  readonly pushMode?: 'plain' | 'compatible' | 'safe'
  /** The address of the backend that gets each push, too. */
  readonly forwardPushes?: string
}

export interface Apps {
  readonly all: readonly ReachApp[]
  find(appId: string): ReachApp | undefined
  setEdition(appId: string, edition: Edition): void
}

export function createApps(settings: readonly ReachApp[]): Apps {
  const byId = new Map(settings.map((app) => [app.appId, { ...app }]))
  return {
    all: [...byId.values()],
    find: (appId) => byId.get(appId),
    setEdition(appId, edition) {
      const app = byId.get(appId)
      if (app) app.edition = edition
    },
  }
}
