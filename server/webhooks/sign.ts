/**
 * Secrets and signatures of Standard Webhooks (v1, symmetric):
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto'
import { webhookRules } from '../rules/webhooks.ts'
import type { Random } from '../runtime/world.ts'

/** The bytes behind `whsec_…`. */
export const makeSecret = (random: Random): Buffer => random(webhookRules.secretBytes)

export const writeSecret = (secret: Buffer): string =>
  webhookRules.secretPrefix + secret.toString('base64')

export interface Signed {
  id: string
  /** Of this try, by the platform's clock: receivers refuse old ones. */
  atMs: number
  body: string
}

/** The headers that let a receiver verify who sent the body, and when. */
export function signedHeaders({ id, atMs, body }: Signed, secret: Buffer): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000))
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`)
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature.digest('base64')}`,
  }
}
