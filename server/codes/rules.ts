/** What the platform takes for a code, as data (seeds/004; platform: codes). */
import type { CodeRequest } from '../../shared/wire.ts'
import type { Edition } from '../ledger/rules.ts'

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

/** WeChat adds it to a scan by itself, and refuses a code that holds it (85096). */
export const reservedParameter = 'scancode_time'

/** A payload may be any JSON; so many levels of it are more than anybody writes. */
export const payloadDepth = 32
