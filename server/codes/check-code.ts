/**
 * Checks a request for a code by the platform's rules, before the call (seeds/004; platform:
 * codes).
 */
import type { CodeRequest, FieldError } from '../../shared/wire/index.ts'
import {
  codeRules,
  fieldsOf,
  maxColorPart,
  maxPayloadBytes,
  payloadDepth,
  reservedParameter,
  sceneLength,
  shareParameter,
} from '../rules/codes.ts'
import type { CodeField, CodeKind } from '../rules/codes.ts'
import type { Edition } from '../rules/credits.ts'
import { depthWithin } from '../runtime/encoding.ts'
import { pageProblem } from '../verify/page-path.ts'
import { pathWithShare, payloadJson } from './code-request.ts'

/**
 * The fields that WeChat would refuse or ignore; empty: none. Called before one of 100,000 codes is
 * used. Expects the types to be checked. Only WeChat knows whether the page exists (41030).
 */
export function checkCode(request: CodeRequest, edition: Edition): FieldError[] {
  const { kind } = request
  const given = (Object.keys(request) as (keyof CodeRequest)[]).filter(
    (name): name is CodeField => name !== 'kind' && request[name] !== undefined,
  )
  const foreign = given.filter((name) => !fieldsOf[kind].includes(name))
  const early = given.filter(
    (name) => !foreign.includes(name) && codeRules[edition].unknown.includes(name),
  )
  return [
    ...foreign.map((name) => ({ path: `/${name}`, message: whyForeign(name, kind) })),
    ...early.map((name) => ({ path: `/${name}`, message: `is not known in edition ${edition}` })),
    ...(kind === 'scene' ? checkScene(request, edition) : checkPath(request, kind, edition)),
    ...checkLook(request, edition),
  ]
}

function whyForeign(name: CodeField, kind: CodeKind): string {
  if (name === 'path' && kind === 'scene') {
    return 'does not count with a scene: WeChat would open the home page. Name the page in page'
  }
  return `does not count with the kind ${kind}`
}

function checkPath(
  { path, shareId }: CodeRequest,
  kind: 'path' | 'qrcode',
  edition: Edition,
): FieldError[] {
  if (path === undefined) return [{ path: '/path', message: 'is missing' }]
  const message = pathProblem(pathWithShare(path, shareId), codeRules[edition].pathBytes[kind])
  if (pathWithShare(path, undefined).trim() === '') {
    return [{ path: '/path', message: 'is empty: name a page as in app.json' }]
  }
  if (message !== undefined) return [{ path: '/path', message }]
  if (shareId === undefined || !carriesShare(path)) return []
  return [{ path: '/shareId', message: 'is one too many: the path carries a share already' }]
}

const carriesShare = (path: string): boolean => new RegExp(`[?&]${shareParameter}=`).test(path)

function pathProblem(path: string, maxBytes: number): string | undefined {
  const bytes = Buffer.byteLength(path)
  if (bytes > maxBytes) {
    const limit = `WeChat takes ${maxBytes}: use the kind scene`
    return `holds ${bytes} bytes, its share included, and ${limit}`
  }
  if (/\p{Cc}/u.test(path)) return 'holds a control character: encode it'
  return path.includes(reservedParameter)
    ? `holds ${reservedParameter}, which is reserved`
    : undefined
}

/** Width and colours. */
function checkLook(request: CodeRequest, edition: Edition): FieldError[] {
  const { kind, width, autoColor, lineColor } = request
  const { min, max } = codeRules[edition].width
  const errors: FieldError[] = []
  if (width !== undefined && !(Number.isSafeInteger(width) && width >= min && width <= max)) {
    const range = max === Infinity ? `from ${min} on` : `from ${min} to ${max}`
    errors.push({ path: '/width', message: `must be a whole number ${range}` })
  }
  if (lineColor === undefined || !fieldsOf[kind].includes('lineColor')) return errors
  if (autoColor === true) {
    errors.push({ path: '/lineColor', message: 'does not count with autoColor' })
  }
  for (const part of ['r', 'g', 'b'] as const) {
    const value = colorPart(lineColor[part])
    if (Number.isInteger(value) && value >= 0 && value <= maxColorPart) continue
    errors.push({
      path: `/lineColor/${part}`,
      message: `must be a whole number from 0 to ${maxColorPart}`,
    })
  }
  return errors
}

/** NaN for text that is no decimal number. */
const colorPart = (part: number | string): number =>
  typeof part === 'string' && !/^\d{1,3}$/.test(part) ? NaN : Number(part)

/** What a code of the kind `scene` opens. */
function checkScene(request: CodeRequest, edition: Edition): FieldError[] {
  const { page } = request
  const message = page === undefined ? undefined : scenePageProblem(page)
  const errors = message === undefined ? [] : [{ path: '/page', message }]
  return [...errors, ...checkSource(request, edition)]
}

/** A scene, or a payload or a share behind a scene of ours. */
function checkSource({ scene, payload, shareId }: CodeRequest, edition: Edition): FieldError[] {
  if (scene === undefined) {
    if (payload === undefined && shareId === undefined) {
      return [{ path: '/scene', message: 'is missing: give a scene or a payload' }]
    }
    if (depthWithin(payload, payloadDepth)) return []
    return [{ path: '/payload', message: `is nested more than ${payloadDepth} levels deep` }]
  }
  const errors: FieldError[] = []
  const message = sceneProblem(scene, codeRules[edition].sceneCharacter)
  if (message !== undefined) errors.push({ path: '/scene', message })
  if (payload !== undefined) {
    errors.push({ path: '/payload', message: 'takes the place of scene: give one of the two' })
  }
  if (shareId !== undefined) {
    const why = 'has no room beside a scene of your own: give a payload in place of the scene'
    errors.push({ path: '/shareId', message: why })
  }
  return errors
}

function sceneProblem(scene: string, character: RegExp): string | undefined {
  const characters = [...scene]
  if (characters.length === 0) return 'is empty: give the characters that the phone gets'
  const others = [...new Set(characters.filter((one) => !character.test(one)))]
  if (others.length > 0) {
    const listed = others.slice(0, 5).join(' ')
    return `holds characters that no scene may have (${listed}): give a payload in its place`
  }
  if (characters.length > sceneLength) {
    const limit = `WeChat takes ${sceneLength}: give a payload in its place`
    return `has ${characters.length} characters, and ${limit}`
  }
  return scene.includes(reservedParameter)
    ? `holds ${reservedParameter}, which is reserved`
    : undefined
}

function scenePageProblem(page: string): string | undefined {
  if (page.trim() === '') return 'is empty: leave it out to open the home page'
  if (/[?#]/.test(page)) return 'must not carry a query: put it into scene or payload'
  return pageProblem(page)
}

/** The size of the payload, as compact JSON in UTF-8. */
export function checkPayload(request: CodeRequest): FieldError[] {
  const bytes = Buffer.byteLength(payloadJson(request) ?? '')
  if (bytes <= maxPayloadBytes) return []
  const limit = `at most ${maxPayloadBytes} are stored: store it yourself, and give its id`
  const message = `holds ${bytes} bytes as JSON, and ${limit}`
  return [{ path: '/payload', message }]
}
