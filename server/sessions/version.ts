import { minimumWechatVersion } from '../ledger/rules.ts'

/**
 * Whether a phone's WeChat is too old to show a template message (seeds/001 Bug & Tip). `undefined`: it did not say,
 * or said something that is no version.
 */
export function isBelowMinimum(wechatVersion: string | undefined): boolean | undefined {
  if (wechatVersion === undefined || !/^\d+(\.\d+)*$/.test(wechatVersion)) return undefined
  return compareVersions(wechatVersion, minimumWechatVersion) < 0
}

/** By number, segment by segment: as texts, 6.5.10 would come before 6.5.2. */
function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
