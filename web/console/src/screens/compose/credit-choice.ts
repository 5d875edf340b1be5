/** Which credit the next message of a user will use. */
import type { Channel, Credit, CreditsReply, RefusalCode } from 'wx-reach-server/client'

/** The usable one that ends first; those whose phone shows no template message come last. */
export function creditFor(
  { credits }: CreditsReply,
  channel: Channel,
  templateId: string | undefined,
): Credit | undefined {
  const last = Number.POSITIVE_INFINITY
  const endOf = ({ expiresAt }: Credit) => (expiresAt === undefined ? last : Date.parse(expiresAt))
  return credits
    .filter(
      (credit) =>
        credit.channel === channel &&
        credit.usesLeft !== 0 &&
        (channel !== 'subscribe' || credit.templateId === templateId),
    )
    .sort(
      (a, b) =>
        Number(a.belowMinimumVersion ?? false) - Number(b.belowMinimumVersion ?? false) ||
        Math.sign(endOf(a) - endOf(b)) ||
        0,
    )[0]
}

/** Why the channel sends nothing now, whatever the user's credits. */
export function refusalOf({ canReceive }: CreditsReply, channel: Channel): RefusalCode | undefined {
  return channel === 'subscribe' ? undefined : canReceive[channel].refused
}
