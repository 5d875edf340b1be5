/** How a code carries the share that its scans belong to. */

/** The parameter in a shared path, as the phone's library writes and reads it. */
const parameter = '_wxr'

export const carriesShare = (path: string): boolean => new RegExp(`[?&]${parameter}=`).test(path)

/** The path of a code with its share, as it is sent and counted in bytes. */
export function pathWithShare(path: string, shareId: string | undefined): string {
  if (shareId === undefined) return path
  return `${path}${path.includes('?') ? '&' : '?'}${parameter}=${shareId}`
}
