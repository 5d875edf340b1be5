/** Names in the environment that look like settings and are none. */
import leven from 'leven'
import { misspelling } from '../rules/keys.ts'
import type { Environment, SettingProblem } from './settings-reader.ts'

/**
 * Names that begin as ours and are not `known`, and names that are nearly a known one. Other
 * programs have settings that begin with `WECHAT_`: of these, only misspelt ones are reported.
 */
export function unknownSettings(env: Environment, known: readonly string[]): SettingProblem[] {
  const ours = known.filter((name) => prefix.test(name))
  return Object.keys(env).flatMap((name) => {
    if (!env[name] || known.includes(name) || isOfKubernetes(name, env)) return []
    const nearest = nearestOf(name.toUpperCase(), ours)
    if (!nearest && !/^REACH_/i.test(name)) return []
    const advice = nearest ? `did you mean ${nearest}?` : 'docs/operations.md lists all settings'
    return [{ setting: name, message: `${name} is not a setting: ${advice}` }]
  })
}

const prefix = /^(REACH|WECHAT)_/

function nearestOf(name: string, known: readonly string[]): string | undefined {
  const share = name.startsWith('REACH_')
    ? misspelling.shareOfOurs
    : prefix.test(name)
      ? misspelling.shareOfWechat
      : 0
  const maxDistance = Math.max(misspelling.characters, Math.floor(share * name.length))
  const distances = known
    .map((other) => ({ other, distance: leven(name, other) }))
    .sort((a, b) => a.distance - b.distance)
  const [nearest] = distances
  return nearest && nearest.distance <= maxDistance ? nearest.other : undefined
}

/** Kubernetes describes each service to each container: of one named `reach`, `REACH_PORT`, … */
function isOfKubernetes(name: string, env: Environment): boolean {
  const service = /^(\w+?)_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_\w+)?)$/.exec(name)?.[1]
  return service !== undefined && env[`${service}_SERVICE_HOST`] !== undefined
}
