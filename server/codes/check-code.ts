import type { CodeRequest, FieldError } from '../../shared/wire.ts'
import type { Edition } from '../ledger/rules.ts'
import { checkLook } from './check-look.ts'
import { checkScene } from './check-scene.ts'
import { codeRules, fieldsOf, reservedParameter, type CodeField, type CodeKind } from './rules.ts'
import { carriesShare, pathWithShare } from './share-path.ts'

/**
 * The fields that WeChat would refuse or not look at, before one of 100,000 codes is spent; empty: none. Types are
 * taken as checked. Whether the page exists only WeChat knows (41030).
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
  if (path === '') return [{ path: '/path', message: 'is empty' }]
  if (message !== undefined) return [{ path: '/path', message }]
  if (shareId === undefined || !carriesShare(path)) return []
  return [{ path: '/shareId', message: 'is one too many: the path carries a share already' }]
}

function pathProblem(path: string, maxBytes: number): string | undefined {
  const bytes = Buffer.byteLength(path)
  if (bytes > maxBytes) {
    return `holds ${bytes} bytes, its share included, and WeChat takes ${maxBytes}: use the kind scene`
  }
  if (/\p{Cc}/u.test(path)) return 'holds a control character: encode it'
  return path.includes(reservedParameter)
    ? `holds ${reservedParameter}, which is reserved`
    : undefined
}
