/** What the doctor takes for too long, too far off, too little and too much. They are ours. */
import { minute, second } from './time.ts'

export const doctorRules = {
  /** Of one check, all its calls included. */
  checkWithinMs: 15 * second,
  /** Of one call. The platform awaits the reply to a push for 5 s (platform: push). */
  callWithinMs: 5 * second,
  /** Between the clocks of two machines that are kept by NTP. */
  maxSkewMs: 2 * second,
  /** The newest messages whose templates are looked up. */
  messages: 10_000 as number,
  /** Sealed values whose keys are looked at. */
  sealedValues: 1_000_000 as number,
  /** The same for a server that looks at itself, which SQLite does on the thread of requests. */
  inProcess: { messages: 2_000 as number, sealedValues: 10_000 as number },
  /** How long `GET /v1/doctor` tells the same: each look calls WeChat. */
  keptMs: 1 * minute,
  /** Free bytes of the disk of a SQLite file. */
  disk: { low: 2 ** 30, full: 100 * 2 ** 20 },
  /** Of a quota: a warning from here on. */
  quotaShare: 0.9,
} as const

/** Types of file systems (statfs(2)) that are no local disk. */
export const fileSystems = {
  memory: [0x0102_1994, 0x8584_58f6],
  network: [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x00c3_6400],
} as const
