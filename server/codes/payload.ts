import type { CodeRequest, FieldError } from '../../shared/wire.ts'

export const maxPayloadBytes = 4 * 1_024

/** The payload as it is kept; for a request whose depth `checkCode` has passed. */
export const payloadJson = ({ payload }: CodeRequest): string | undefined =>
  payload === undefined ? undefined : JSON.stringify(payload)

/** Counted as compact JSON in UTF-8, however it was written. */
export function checkPayload(request: CodeRequest): FieldError[] {
  const bytes = Buffer.byteLength(payloadJson(request) ?? '')
  if (bytes <= maxPayloadBytes) return []
  const message = `holds ${bytes} bytes as JSON, and ${maxPayloadBytes} are kept: keep it yourself, and give its id`
  return [{ path: '/payload', message }]
}
