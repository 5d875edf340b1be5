/**
 * The worlds of a sandbox: each is a platform of its own, so that tests that run in parallel do
 * not meet. A request names its world by a header, or by the path where an SDK sets its base
 * address alone.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createAdvancingClock } from '../runtime/world.ts'
import { refuse } from './api/endpoint.ts'
import { ControlError } from './controls/control.ts'
import { createPlatform, type Platform, type SandboxOptions } from './sandbox.ts'

export interface Worlds {
  /** For `http.createServer(worlds.listener)`. */
  readonly listener: RequestListener
  /** The world of requests that name none. */
  readonly main: Platform
  /** Makes the world if there is none. @throws ControlError on a wrong name, or one too many. */
  world(name: string): Platform
  /** Ends all worlds. */
  close(): void
}

const header = 'x-sandbox-world'
const nameOfMain = 'default'
// Clients drop `.` and `..` from a path: it would name no world, and so the main one.
const namePattern = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/
const maxWorlds = 100

/**
 * Creates the main world. Every other one has the same options but a clock of its own, from now.
 *
 * @throws Error as `createPlatform`
 */
export function createWorlds(options: SandboxOptions): Worlds {
  const list = {
    names: () => [...worlds.keys()],
    end(name: string) {
      if (name === nameOfMain) {
        throw new ControlError(400, 'This world stays. POST /sandbox/reset empties it.')
      }
      worlds.get(name)?.close()
      return worlds.delete(name)
    },
  }
  const main = createPlatform(options, list)
  const worlds = new Map([[nameOfMain, main]])

  const world = (name: string): Platform => {
    const found = worlds.get(name)
    if (found) return found
    if (!namePattern.test(name)) {
      const rule = '1 to 64 of the characters A-Z a-z 0-9 . _ - and is not . or ..'
      throw new ControlError(400, `The name of a world has ${rule}.`)
    }
    if (worlds.size >= maxWorlds) {
      const advice = 'end one with DELETE /sandbox/worlds/:name, or use one of theirs'
      throw new ControlError(400, `There are ${maxWorlds} worlds already: ${advice}.`)
    }
    const clock = options.clock?.another() ?? createAdvancingClock()
    const made = createPlatform({ ...options, clock }, list)
    worlds.set(name, made)
    return made
  }

  return {
    main,
    world,
    listener(request, response) {
      const name = takeName(request)
      try {
        world(name).listener(request, response)
      } catch (error) {
        if (!(error instanceof ControlError)) throw error
        refuseWorld(error, request, response)
      }
    },
    close() {
      for (const each of worlds.values()) each.close()
    },
  }
}

/** The name in the path, which is cut off, else that in the header, else that of the main world. */
function takeName(request: IncomingMessage): string {
  const [, name, path, query] = /^\/worlds\/([^/?]*)([^?]*)(.*)$/.exec(request.url ?? '') ?? []
  if (name === undefined) return String(request.headers[header] ?? nameOfMain)
  request.url = `${path || '/'}${query}`
  return name
}

/** Refuses a control with its error, and an API call as one of an unknown address. */
function refuseWorld(
  { status, message }: ControlError,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): void {
  const isControl = /^\/sandbox(?![^/?])/.test(url)
  response.writeHead(isControl ? status : 200, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(isControl ? { error: message } : refuse(40066, `: ${message}`)))
}
