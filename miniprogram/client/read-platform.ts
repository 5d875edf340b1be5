/** What the platform says when it is simply asked. A host that cannot say it must not stop us. */
import type { Platform } from './platform'

/** What a function that needs no arguments answers; `{}` where it is missing, throws, or has nothing to say. */
export function readPlatform<Name extends keyof Platform>(
  platform: Platform,
  name: Name,
): Partial<ReturnType<Extract<Platform[Name], () => object>>> {
  try {
    return (platform[name] as () => object)() || {}
  } catch {
    return {}
  }
}

/** The versions of WeChat and of the base library, from the function that this one has for it. */
export const readVersions = (platform: Platform) =>
  readPlatform(platform, platform.getAppBaseInfo ? 'getAppBaseInfo' : 'getSystemInfoSync')
