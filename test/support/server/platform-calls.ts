/** What our server asked of the platform. */
import type { Ask } from './http-client.ts'

interface PlatformCall {
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

/** The session_key of the user's last sign-in. */
export async function sessionKeyOf({ sandbox }: { sandbox: Ask }, openId: string): Promise<string> {
  const { body } = await sandbox<{ calls: { reply: Record<string, string> }[] }>(
    'GET /sandbox/calls',
  )
  return body.calls.findLast(({ reply }) => reply.openid === openId)!.reply.session_key!
}
