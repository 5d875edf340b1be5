/** wx-reach's own state on a phone, the calls of `wx`, and what is not played. */
import { element } from '../dom.ts'
import type { PhoneView } from './phone-view.ts'
import type { World } from './world.ts'

interface Inspection {
  queued?: { type: string; at: number }[]
  [name: string]: unknown
}

export function drawState(world: World, phone: PhoneView): Node[] {
  const inspection = phone.inspect() as Inspection | undefined
  if (!inspection) return [element('p', { class: 'empty', text: world.words().noReach })]
  return [
    element(
      'dl',
      { class: 'facts' },
      ...Object.entries(inspection).flatMap(([name, value]) => [
        element('dt', { text: name }),
        element('dd', {}, valueOf(value)),
      ]),
    ),
  ]
}

function valueOf(value: unknown): Node | string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '0'
    return element('ol', {}, ...value.map((item) => element('li', { text: lineOf(item) })))
  }
  return lineOf(value)
}

const lineOf = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, part]) => `${name} ${typeof part === 'object' ? JSON.stringify(part) : part}`)
        .join(' · ')
    : String(value)

export function drawCalls(world: World, phone: PhoneView): Node[] {
  const words = world.words()
  const problems = [
    ...world.settings.problems.map(({ file, text }) => `${file}: ${text}`),
    ...phone.problems,
  ]
  return [
    ...(problems.length > 0
      ? [
          element('h3', { text: words.problems }),
          element('ul', { class: 'problems' }, ...problems.map((text) => element('li', { text }))),
        ]
      : []),
    ...(phone.calls.length === 0 ? [element('p', { class: 'empty', text: words.noCalls })] : []),
    element(
      'table',
      { class: 'calls' },
      ...[...phone.calls].reverse().map(({ name, detail, outcome = '', at }) =>
        element(
          'tr',
          {},
          element('td', { text: at.toTimeString().slice(0, 8) }),
          element('td', {}, element('code', { text: `${name} ${detail}` })),
          element('td', {
            class: /fail|^[45]\d\d$/.test(outcome) ? 'failed' : '',
            text: outcome.replace(`${name}:`, ''),
          }),
        ),
      ),
    ),
  ]
}
