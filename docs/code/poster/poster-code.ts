/**
 * In your backend: one code for an item. The same item gives the same image again and spends
 * nothing.
 */
export async function posterCode(
  itemId: string,
  { url, apiKey }: { url: string; apiKey: string },
): Promise<ArrayBuffer> {
  const reply = await fetch(`${url}/v1/codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    // A payload of any length waits behind a short scene.
    body: JSON.stringify({ kind: 'scene', page: 'pages/item/item', payload: { itemId } }),
  })
  if (!reply.ok) throw new Error(((await reply.json()) as { detail: string }).detail)
  return reply.arrayBuffer()
}
