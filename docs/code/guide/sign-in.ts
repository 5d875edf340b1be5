/**
 * In your backend, after its own code2Session: the phone's token comes from wx-reach, by the
 * session_key that you have.
 */
export async function reachToken(
  openId: string,
  sessionKey: string,
  { url, apiKey }: { url: string; apiKey: string },
): Promise<string> {
  const reply = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ openId, sessionKey }),
  })
  const body = (await reply.json()) as { token: string; detail?: string }
  if (!reply.ok) throw new Error(body.detail)
  return body.token
}
