/** A code that is about to be asked for, and what the server would refuse it for. */
import type { CodeRequest, ConsoleApp } from 'wx-reach-server/client'

export const codeKinds = ['path', 'scene', 'qrcode'] as const

export interface CodeDraft {
  kind: CodeRequest['kind']
  /** Page and query, with `path` and `qrcode`. */
  path: string
  /** With `scene`; empty: the home page. */
  page: string
  /** What a code of the kind `scene` carries. */
  source: 'scene' | 'payload'
  scene: string
  /** As JSON. */
  payload: string
  /** Pixels; empty: 430. */
  width: string
}

export type CodeProblem = 'missing' | 'long' | 'characters' | 'reserved' | 'page' | 'json' | 'width'
export type CodeField = 'path' | 'page' | 'scene' | 'payload' | 'width'
export type CodeProblems = Partial<Record<CodeField, CodeProblem>>

type Edition = ConsoleApp['edition']

/** As the server's own rules: a test compares the two. */
export const codeLimits = {
  pathBytes: (kind: CodeRequest['kind'], edition: Edition) =>
    kind === 'path' && edition === '2026' ? 1_024 : 128,
  sceneCharacters: 32,
  payloadBytes: 4_096,
  width: (edition: Edition) => (edition === '2026' ? ([280, 1_280] as const) : ([1] as const)),
}

const scenes = {
  2018: /^[\dA-Za-z!#><'()*+,/:;=?@\-._~]*$/,
  2026: /^[\dA-Za-z!#$&'()*+,/:;=?@\-._~]*$/,
}
/** WeChat adds it to a scan by itself. */
const reserved = 'scancode_time'

const bytesOf = (text: string) => new TextEncoder().encode(text).length

/** The first problem of each field that counts for the kind. */
export function codeProblems(draft: CodeDraft, edition: Edition): CodeProblems {
  const { kind, source } = draft
  const problems =
    kind === 'scene'
      ? {
          page: pageProblem(draft.page.trim()),
          ...(source === 'scene'
            ? { scene: sceneProblem(draft.scene, edition) }
            : { payload: payloadProblem(draft.payload) }),
        }
      : { path: pathProblem(draft.path.trim(), codeLimits.pathBytes(kind, edition)) }
  const found = { ...problems, width: widthProblem(draft.width.trim(), edition) }
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== undefined))
}

function pathProblem(path: string, most: number): CodeProblem | undefined {
  if (path === '') return 'missing'
  if (/\p{Cc}/u.test(path)) return 'characters'
  if (bytesOf(path) > most) return 'long'
  return path.includes(reserved) ? 'reserved' : undefined
}

const pageProblem = (page: string): CodeProblem | undefined =>
  /^[/&]|[?#\s\p{Cc}]|^[a-z][a-z\d+.-]*:/iu.test(page) || page.length > 1_024 ? 'page' : undefined

function sceneProblem(scene: string, edition: Edition): CodeProblem | undefined {
  if (scene === '') return 'missing'
  if (!scenes[edition].test(scene)) return 'characters'
  if (scene.length > codeLimits.sceneCharacters) return 'long'
  return scene.includes(reserved) ? 'reserved' : undefined
}

function payloadProblem(payload: string): CodeProblem | undefined {
  if (payload.trim() === '') return 'missing'
  try {
    const compact = JSON.stringify(JSON.parse(payload))
    return bytesOf(compact) > codeLimits.payloadBytes ? 'long' : undefined
  } catch {
    return 'json'
  }
}

function widthProblem(width: string, edition: Edition): CodeProblem | undefined {
  if (width === '') return undefined
  const [min, max = Number.MAX_SAFE_INTEGER] = codeLimits.width(edition)
  return /^\d+$/.test(width) && Number(width) >= min && Number(width) <= max ? undefined : 'width'
}

/** @param draft without problems */
export function requestOfCode(draft: CodeDraft): CodeRequest {
  const { kind, source } = draft
  const width = draft.width.trim()
  const look = width === '' ? {} : { width: Number(width) }
  if (kind !== 'scene') return { kind, path: draft.path.trim(), ...look }
  const page = draft.page.trim()
  return {
    kind,
    ...(page !== '' && { page }),
    ...(source === 'scene'
      ? { scene: draft.scene }
      : { payload: JSON.parse(draft.payload) as unknown }),
    ...look,
  }
}
