/** Faults of the platform that the demo can cause at the next send. */
import type { Channel } from 'wx-reach-server/client'
import type { Fault } from './sandbox.ts'

export const faultNames = ['busy', 'noReply', 'gateway', 'unsubscribed', 'quota', 'shut'] as const
export type FaultName = (typeof faultNames)[number]

const effects: Record<FaultName, Omit<Fault, 'path'>> = {
  busy: { errcode: -1 },
  noReply: { hangUp: true },
  gateway: { status: 502 },
  unsubscribed: { errcode: 43101 },
  quota: { errcode: 45009 },
  shut: { errcode: 48001 },
}

const paths: Record<Channel, string> = {
  template: '/cgi-bin/message/wxopen/template/send',
  subscribe: '/cgi-bin/message/subscribe/send',
  customer: '/cgi-bin/message/custom/send',
}

export const faultOf = (name: FaultName, channel: Channel): Fault => ({
  path: paths[channel],
  ...effects[name],
})
