/** What our server asked of the platform. */
import type { Ask } from './http-client.ts'

export interface PlatformCall {
  method: string
  path: string
  query: Record<string, string>
  body: unknown
}

/** The calls of `path`, in order. */
export async function platformCalls(
  { sandbox }: { sandbox: Ask },
  path: string,
): Promise<PlatformCall[]> {
  const { body } = await sandbox<{ calls: PlatformCall[] }>('GET /sandbox/calls')
  return body.calls.filter((call) => call.path === path)
}
