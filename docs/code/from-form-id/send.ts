interface Receipt {
  openId: string
  orderId: string
  what: string
}

/**
 * In your backend: the same news, with the fields of a subscribe template. `refused` says why, for
 * instance `no_credit`.
 */
export async function sendReceipt(
  { openId, orderId, what }: Receipt,
  { url, apiKey }: { url: string; apiKey: string },
): Promise<'sent' | 'refused' | 'unknown' | 'queued'> {
  const reply = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': `receipt-${orderId}`,
    },
    body: JSON.stringify({
      channel: 'subscribe',
      openId,
      templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
      page: `pages/order/order?id=${orderId}`,
      data: { character_string1: { value: orderId }, thing2: { value: what.slice(0, 20) } },
    }),
  })
  const body = (await reply.json()) as { state: 'sent'; detail?: string }
  if (!reply.ok) throw new Error(body.detail)
  return body.state
}
