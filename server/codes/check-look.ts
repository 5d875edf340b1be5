import type { CodeRequest, FieldError } from '../../shared/wire.ts'
import type { Edition } from '../ledger/rules.ts'
import { codeRules, fieldsOf } from './rules.ts'

/** Width and colours. */
export function checkLook(request: CodeRequest, edition: Edition): FieldError[] {
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
    const value = lineColor[part]
    if (Number.isInteger(value) && value >= 0 && value <= 255) continue
    errors.push({ path: `/lineColor/${part}`, message: 'must be a whole number from 0 to 255' })
  }
  return errors
}
