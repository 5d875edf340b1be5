/**
 * In your backend: an openGId in a request is a claim. Only who was seen in the group may see its
 * ranking.
 */
export async function maySee(
  openId: string,
  openGId: string,
  { url, apiKey }: { url: string; apiKey: string },
): Promise<boolean> {
  const reply = await fetch(`${url}/v1/groups/${encodeURIComponent(openGId)}`, {
    headers: { authorization: `Bearer ${apiKey}` },
  })
  if (!reply.ok) return false
  const { members } = (await reply.json()) as { members: { openId: string }[] }
  return members.some((member) => member.openId === openId)
}
