import { createHash } from 'node:crypto'
import type { CodeRequest } from '../../shared/wire.ts'
import { codeDefaults } from './rules.ts'
import { pathWithShare } from './share-path.ts'

/**
 * One key of 43 characters for every way to write the same request: with or without its defaults, fields and
 * the payload's in any order. For a request that `checkCode` passed, of one app; the edition makes no difference, and
 * the key must never change, because codes last for ever.
 */
export function canonicalCode(request: CodeRequest): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(essence(request))))
    .digest('base64url')
}

function essence(request: CodeRequest): object {
  const { kind, path = '', shareId, width = codeDefaults.width } = request
  const paths = { kind, path: pathWithShare(path, shareId), width }
  switch (kind) {
    case 'qrcode':
      return paths
    case 'path':
      return { ...paths, ...lookOf(request) }
    case 'scene': {
      const { scene, payload, page, checkPath = codeDefaults.checkPath } = request
      return { kind, scene, payload, shareId, page, checkPath, width, ...lookOf(request) }
    }
    default:
      return kind satisfies never
  }
}

function lookOf({
  autoColor = codeDefaults.autoColor,
  lineColor: { r, g, b } = codeDefaults.lineColor,
  isHyaline = codeDefaults.isHyaline,
  envVersion = codeDefaults.envVersion,
}: CodeRequest) {
  return { colors: autoColor ? 'auto' : [r, g, b], isHyaline, envVersion }
}

/** The same value with the fields of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, inner]) => [name, sorted(inner)] as const)
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)))
}
