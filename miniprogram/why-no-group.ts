/** Why an arrival has no group. */
import type { Arrival } from './reach'

/**
 * A key of `noGroupReasons`, or the platform's own words; `''` where there is a group.
 *
 * @example this.setData({ noGroup: whyNoGroup(arrival) })
 */
export function whyNoGroup({ openGId, group }: Arrival): string {
  if (openGId) return ''
  if (!group) return 'noTicket'
  return 'unavailable' in group ? group.unavailable : 'undecrypted'
}
