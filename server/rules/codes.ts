/** What the platform takes for a code, as data (seeds/004; platform: codes). */
import type { CodeRequest, ShareParameter } from '../../shared/wire/index.ts'
import type { Edition } from './credits.ts'
import { minute, second } from './time.ts'

export type CodeKind = CodeRequest['kind']
export type CodeField = Exclude<keyof CodeRequest, 'kind'>

export const sceneLength = 32

/** Filled in where a request says nothing: two requests that differ only in this are the same. */
export const codeDefaults = {
  width: 430,
  autoColor: false,
  lineColor: { r: 0, g: 0, b: 0 },
  isHyaline: false,
  envVersion: 'release',
  checkPath: true,
} as const satisfies Partial<CodeRequest>

const look = ['width', 'autoColor', 'lineColor', 'isHyaline', 'envVersion', 'shareId'] as const

/** The fields that count for a kind (seeds/004 参数说明; colours: Bug & Tip 5). */
export const fieldsOf: Record<CodeKind, readonly CodeField[]> = {
  path: ['path', ...look],
  scene: ['scene', 'payload', 'page', 'checkPath', ...look],
  qrcode: ['path', 'width', 'shareId'],
}

interface CodeRules {
  /** Bytes of UTF-8, not characters. */
  pathBytes: { path: number; qrcode: number }
  /** One character of a scene. */
  sceneCharacter: RegExp
  width: { min: number; max: number }
  /** Fields that came later. */
  unknown: readonly CodeField[]
}

export const codeRules: Record<Edition, CodeRules> = {
  '2018': {
    pathBytes: { path: 128, qrcode: 128 },
    sceneCharacter: /[\dA-Za-z!#><'()*+,/:;=?@\-._~]/,
    width: { min: 1, max: Infinity },
    unknown: ['isHyaline', 'envVersion', 'checkPath'],
  },
  '2026': {
    pathBytes: { path: 1024, qrcode: 128 },
    sceneCharacter: /[\dA-Za-z!#$&'()*+,/:;=?@\-._~]/,
    width: { min: 280, max: 1280 },
    unknown: [],
  },
}

/** Of red, green and blue: from 0. */
export const maxColorPart = 255

/** WeChat adds it to a scan by itself, and refuses a code that holds it (85096). */
export const reservedParameter = 'scancode_time'

/** The parameter of a path with the id of a share, as the client package writes and reads it. */
export const shareParameter: ShareParameter = '_wxr'

/** A payload may be any JSON of at most so many levels. */
export const payloadDepth = 32

/** As compact JSON in UTF-8. */
export const maxPayloadBytes = 4 * 1_024

/** How many codes there may be (seeds/004 Bug & Tip 3, 错误码). */
export const codeQuotas = {
  /** Of the kinds `path` and `qrcode` together, for ever. */
  lasting: 100_000,
  /** From so many on every answer warns. */
  warnFrom: 90_000,
  /** Of the kind `scene`. */
  perMinute: 5_000,
  /** Of these, pregeneration takes at most so many, so that it delays no request. */
  pregeneratePerMinute: 4_000,
  windowMs: minute,
  /** A request waits so long for its slot; then it is refused, with the time to wait. */
  maxWaitMs: 10 * second,
} as const

export const codeWork = {
  /** How long one process owns a code that it makes. Longer than two calls with their time-outs. */
  leaseMs: 1 * minute,
  /** Pregenerated codes that are made at once. */
  atOnce: 4,
  /** Between two tries, when pregeneration cannot go on. */
  retryMs: 1 * minute,
} as const

/** A warning once most lasting codes are made; `undefined`: not yet. */
export function lastingWarning(used: number): string | undefined {
  if (used < codeQuotas.warnFrom) return undefined
  return (
    `${used} of ${codeQuotas.lasting} codes of the kinds path and qrcode are made: ` +
    'use the kind scene, which has no such limit.'
  )
}
