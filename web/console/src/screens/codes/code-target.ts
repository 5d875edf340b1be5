/** What a code opens, in one line. */
import type { ListedCode } from 'wx-reach-server/client'

export function targetOf({ request, scene, id }: ListedCode): string {
  if (!request) return scene ?? id
  const { page, path } = request as { page?: string; path?: string }
  return path ?? [page, scene && `scene=${scene}`].filter(Boolean).join('?') ?? id
}
