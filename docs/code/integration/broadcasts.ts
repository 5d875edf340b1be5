import type { ReachApi } from 'wx-reach-server/client'

/** Who is told, and what fills `{{prize}}`. */
export interface Winner {
  openId: string
  prize: string
}

/** Called again after a crash, it goes on with the same broadcast. */
export async function tellWinners(reach: ReachApi, winners: readonly Winner[], raffle: string) {
  const { id } = await reach.broadcasts.create(
    {
      channel: 'subscribe',
      templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
      page: 'pages/raffle/raffle',
      data: { thing2: { value: '{{prize}}' } },
      audience: { from: 'list' },
      perMinute: 600,
      sendWindow: { from: '09:00', until: '21:00' },
    },
    { idempotencyKey: `raffle-${raffle}` },
  )
  for (let at = 0; at < winners.length; at += 10_000) {
    const lines = winners
      .slice(at, at + 10_000)
      .map(({ openId, prize }) => JSON.stringify({ openId, data: { prize } }))
    const { problems } = await reach.broadcasts.upload(
      id,
      new TextEncoder().encode(lines.join('\n')),
    )
    const [bad] = problems
    if (bad) throw new Error(`${winners[at + bad.line - 1]!.prize}: ${bad.message}`)
  }
  return reach.broadcasts.start(id)
}
