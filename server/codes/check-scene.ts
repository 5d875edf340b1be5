import type { CodeRequest, FieldError } from '../../shared/wire.ts'
import type { Edition } from '../ledger/rules.ts'
import { codeRules, payloadDepth, reservedParameter, sceneLength } from './rules.ts'

/** What a code of the kind `scene` opens. */
export function checkScene(request: CodeRequest, edition: Edition): FieldError[] {
  const { page } = request
  const message = page === undefined ? undefined : pageProblem(page)
  const errors = message === undefined ? [] : [{ path: '/page', message }]
  return [...errors, ...source(request, edition)]
}

/** A scene, or a payload or a share behind a scene of ours. */
function source({ scene, payload, shareId }: CodeRequest, edition: Edition): FieldError[] {
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
    errors.push({ path: '/payload', message: 'stands in place of scene: give one of the two' })
  }
  if (shareId !== undefined) {
    const why = 'has no room beside a scene of your own: give a payload in place of the scene'
    errors.push({ path: '/shareId', message: why })
  }
  return errors
}

function sceneProblem(scene: string, character: RegExp): string | undefined {
  const characters = [...scene]
  if (characters.length === 0) return 'is empty'
  const others = [...new Set(characters.filter((one) => !character.test(one)))]
  if (others.length > 0) {
    return `holds characters that no scene may have (${others.slice(0, 5).join(' ')}): give a payload in its place`
  }
  if (characters.length > sceneLength) {
    return `has ${characters.length} characters, and WeChat takes ${sceneLength}: give a payload in its place`
  }
  return scene.includes(reservedParameter)
    ? `holds ${reservedParameter}, which is reserved`
    : undefined
}

function pageProblem(page: string): string | undefined {
  if (page === '') return 'is empty: leave it out to open the home page'
  if (page.startsWith('/')) return 'must not begin with a slash: write it as in app.json'
  if (/[?#]/.test(page)) return 'must not carry a query: put it into scene or payload'
  return /[\s\p{Cc}]/u.test(page) ? 'holds a space or a control character' : undefined
}

function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((inner) => depthWithin(inner, levels - 1))
}
