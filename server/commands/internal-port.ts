/** The port of metrics and readiness, which `serve` and the demo share. */
import type { PortSettings } from '../config/ports.ts'
import type { ReachServer } from '../reach-server.ts'
import { listen, type Listening } from '../runtime/listen.ts'

/** What the public port serves: not what an internal one does. */
export const publicPart = ({ internalPort }: PortSettings) =>
  internalPort === undefined ? 'all' : 'public'

/** `undefined`: the settings name no such port. */
export async function listenInternally(
  reach: ReachServer,
  settings: PortSettings,
): Promise<Listening | undefined> {
  const { internalPort: port } = settings
  if (port === undefined) return undefined
  return listen(reach.createApp('internal').callback(), { ...settings, port })
}
