import type { ReachApi } from 'wx-reach-server/client'

interface Course {
  id: string
  title: string
}

/** Tells those who asked for it, once. Called again after a crash, it is the same broadcast. */
export async function tellCourse(reach: ReachApi, { id, title }: Course) {
  const broadcast = {
    channel: 'subscribe',
    templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
    page: `pages/course/course?id=${id}`,
    data: { thing1: { value: title } },
    audience: { from: 'holders', tag: 'course' },
    sendWindow: { from: '09:00', until: '21:00' },
  } as const
  const { reachable } = await reach.broadcasts.create({ ...broadcast, dryRun: true })
  if (reachable === 0) return undefined
  return reach.broadcasts.create(broadcast, { idempotencyKey: `course-${id}` })
}

/** Of a hundred who were told, how many opened it, and how many wish to hear of the next one. */
export async function cameOf(reach: ReachApi, broadcastId: string) {
  const { totals } = await reach.broadcasts.results(broadcastId)
  const percent = (count: number) => Math.round((100 * count) / Math.max(1, totals.sent))
  return { opened: percent(totals.opened), again: percent(totals.renewed) }
}
