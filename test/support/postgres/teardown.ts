/** Stops the server that the setup started, if it did. */
import './setup.ts'

export const stopServer = async (): Promise<void> => globalThis.stopTestServer?.()
