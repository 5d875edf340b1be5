/** What can be sent to a user, as lines: a channel each, and each template of the subscriptions. */
import type { CanReceive, Channel, RefusalCode } from 'wx-reach-server/client'

export interface Receivable {
  key: string
  channel: Channel
  templateId?: string
  /** `null`: no limit. */
  uses: number | null
  until?: string
  refused?: RefusalCode
}

/** Channels without a use are left out, unless the server says why nothing can be sent. */
export function channelsOf({ template, subscribe, customer }: CanReceive): Receivable[] {
  const lines: Receivable[] = [
    { key: 'template', channel: 'template', ...template },
    ...Object.entries(subscribe).map(([templateId, uses]) => ({
      key: `subscribe ${templateId}`,
      channel: 'subscribe' as const,
      templateId,
      uses,
    })),
    { key: 'customer', channel: 'customer', ...customer },
  ]
  return lines.filter(({ uses, refused }) => uses !== 0 || refused !== undefined)
}
