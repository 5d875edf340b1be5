/** One step of the tour → a request, or a command for a shell. */
import type { Step } from './tour.ts'

export interface Places {
  server: string
  sandbox: string
  apiKey: string
}

export interface StepRequest {
  method: string
  url: string
  headers: Record<string, string>
  body?: string
}

/** The request with `$NAME` left as it stands. */
export function requestOf(step: Step, places: Places): StepRequest {
  return {
    method: step.method ?? 'GET',
    url: places[step.at] + step.path,
    headers: {
      ...(step.as === 'operator' && { Authorization: `Bearer ${places.apiKey}` }),
      ...step.headers,
      ...(step.body && { 'Content-Type': 'application/json' }),
    },
    ...(step.body && { body: JSON.stringify(step.body) }),
  }
}

/** A line for sh, with curl and sed alone: what the step saves becomes a variable, and is echoed. */
export function commandOf(step: Step, places: Places): string {
  const { method, url, headers, body } = requestOf(step, places)
  const parts = [
    'curl -s',
    ...(method === 'GET' || body ? [] : [`-X ${method}`]),
    quote(url),
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body ? [`-d ${quote(body)}`] : []),
  ]
  const curl = parts.join(' ')
  // The replies end without a line break.
  if (!step.saves) return `${curl}; echo`
  const fields = Object.entries(step.saves).map(
    ([name, field]) => `${name}=$(printf %s "$REPLY" | sed 's/.*"${field}":"\\([^"]*\\)".*/\\1/')`,
  )
  return [`REPLY=$(${curl})`, 'echo "$REPLY"', ...fields].join('; ')
}

/** Single quotes, opened around each variable, which stands in double ones. */
const quote = (text: string) =>
  `'${text.replaceAll("'", "'\\''").replaceAll(/\$([A-Z_]+)/g, '\'"$$$1"\'')}'`
