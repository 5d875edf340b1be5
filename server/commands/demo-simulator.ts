/**
 * The simulator of the demo: its package is a part of a clone, and no dependency of this one. Where
 * it is missing, the demo runs without it.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export interface DemoSimulator {
  url: string
  close(): Promise<void>
}

/** What of `wx-reach-simulator` is called. */
interface SimulatorPackage {
  startSimulator(options: {
    folder: string
    server: string
    sandbox: string
    appId: string
    port: number
    host: string
    fetch: (url: string, init: RequestInit) => Promise<Response>
  }): Promise<DemoSimulator>
}

interface Addresses {
  server: string
  sandbox: string
  appId: string
  /** Of the simulator. */
  port: number
  host: string
}

/** The addresses that the mini-program of the clone has in its config.ts. */
const written = { server: 'http://127.0.0.1:3000', sandbox: 'http://127.0.0.1:3001' }

/**
 * Runs the mini-program of the folder in which the demo was started.
 *
 * @returns `undefined` where there is no mini-program, or no simulator is installed
 */
export async function startDemoSimulator(demo: Addresses): Promise<DemoSimulator | undefined> {
  const folder = resolve('.')
  if (!existsSync(resolve(folder, 'project.config.json'))) return undefined
  // Not a name that the compiler resolves: the package that users install lacks it.
  const name = 'wx-reach-simulator'
  const found = (await import(name).catch(() => undefined)) as SimulatorPackage | undefined
  if (!found) return undefined
  // With PORT or SANDBOX_PORT set, the demo listens elsewhere than its pages say.
  const leads = (url: string) =>
    url.replace(written.server, demo.server).replace(written.sandbox, demo.sandbox)
  return found.startSimulator({
    ...demo,
    folder,
    fetch: (url, init) => fetch(leads(url), init),
  })
}
