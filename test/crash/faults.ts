/** Faults of WeChat: slow, busy, and with replies that are lost before or after it acts. */
import type { Ask } from '../support/server/http-client.ts'
import type { Random } from '../support/random.ts'

const paths = {
  template: '/cgi-bin/message/wxopen/template/send',
  subscribe: '/cgi-bin/message/subscribe/send',
  customer: '/cgi-bin/message/custom/send',
}
const faults = [
  { when: 'before', errcode: -1 },
  { when: 'before', delayMs: 300 },
  { when: 'after', delayMs: 300 },
  { when: 'before', hangUp: true },
  { when: 'after', hangUp: true },
  { when: 'after', status: 502 },
] as const

const oneIn = 6

/** Sets a fault before some of the messages: no more faults than there are calls to meet them. */
export async function maybeInjectFault(
  sandbox: Ask,
  random: Random,
  { appId, channel }: { appId: string; channel: keyof typeof paths },
): Promise<void> {
  if (random.below(oneIn) > 0) return
  const body = { appId, path: paths[channel], ...random.pick(faults) }
  await sandbox('POST /sandbox/faults', { body })
}
