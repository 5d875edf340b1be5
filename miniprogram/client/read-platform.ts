/** What the platform says when it is simply asked. A host that cannot say it must not stop us. */
import type { Platform } from './platform'

type Answer<Name extends keyof Platform> = Partial<
  ReturnType<Extract<Platform[Name], () => object>>
>

/**
 * What a function that needs no arguments answers; `{}` where it is missing, throws, or has nothing to say.
 *
 * @param older - asked where this base library lacks the other one
 */
export function readPlatform<Name extends keyof Platform>(
  platform: Platform,
  name: Name,
  older?: Name,
): Answer<Name> {
  try {
    return (platform[platform[name] ? name : older!] as () => Answer<Name>)() || {}
  } catch {
    return {}
  }
}

/** The versions of WeChat and of the base library. */
export const readVersions = (platform: Platform) =>
  readPlatform(platform, 'getAppBaseInfo', 'getSystemInfoSync')
