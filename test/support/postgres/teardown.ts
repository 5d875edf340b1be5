/** Stops the server that the setup started, if it did. */
import './setup.ts'

export default async function tearDown(): Promise<void> {
  await globalThis.stopTestServer?.()
}
