// oxlint-disable no-console -- a command speaks on the console
// Prints docs/errors.md, or its Chinese page, from the codes of the server and the words of
// errors.json. Runs on what `tsc -b` built.
//
//   node docs/errors.mjs [zh-CN]
import { readFileSync } from 'node:fs'
import { errorOf } from '../dist/server/client/errors.js'
import { errcodes } from '../dist/server/wechat/errcodes.js'
import { eventReasons, groupReasons, problemCodes, refusalCodes } from '../dist/shared/codes.js'

const language = process.argv[2] ?? 'en'
const words = JSON.parse(readFileSync(new URL('errors.json', import.meta.url), 'utf8'))
const {
  title,
  other,
  intro,
  problems,
  refusals,
  events,
  errcodes: foreign,
  effects,
} = words[language]

console.log(
  [
    title,
    other,
    intro.join('\n'),
    problems.title,
    table(
      problems.head,
      wordsOf(problems, problemCodes).map(([code, [status, text]]) => [
        code,
        status,
        `\`${errorOf({ code, status, detail: '' }).name}\``,
        text,
      ]),
    ),
    refusals.title,
    refusals.intro,
    table(refusals.head, wordsOf(refusals, refusalCodes)),
    events.title,
    events.intro,
    table(
      events.head,
      wordsOf(events, [...new Set([...eventReasons, ...groupReasons])]).map(
        ([code, [status, text]]) => [code, `\`${status}\``, text],
      ),
    ),
    foreign.title,
    foreign.intro.join('\n'),
    table(effects.head, effects.rows),
    table(foreign.head, foreignRows()),
  ].join('\n\n'),
)

/** The words of each code, in the order of the codes. */
function wordsOf({ codes: given }, codes) {
  const differing = [
    ...codes.filter((code) => !(code in given)),
    ...Object.keys(given).filter((code) => !codes.includes(code)),
  ]
  if (differing.length > 0) {
    throw new Error(`docs/errors.json must have the words of: ${differing.join(', ')}`)
  }
  return codes.map((code) => [code, given[code]])
}

function foreignRows() {
  const translate = translator()
  const rows = Object.entries(errcodes)
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([errcode, row]) => [
      [errcode, foreign.any, row],
      ...Object.entries(row.in ?? {}).map(([call, meaning]) => [errcode, `\`${call}\``, meaning]),
    ])
    .map(([errcode, call, { meaning, effect, advice, source }]) => [
      Number(errcode),
      call,
      `\`${meaning}\``,
      `\`${effect}\``,
      translate(advice),
      source,
    ])
  translate.check()
  return rows
}

function translator() {
  const { texts } = words[language]
  const used = new Set()
  const translate = (text) => {
    used.add(text)
    return texts?.[text] ?? text
  }
  translate.check = () => {
    if (!texts) return
    const lacking = [...used].filter((text) => !(text in texts))
    const stale = Object.keys(texts).filter((text) => !used.has(text))
    if (lacking.length + stale.length === 0) return
    const found = JSON.stringify({ lacking, stale }, null, 2)
    throw new Error(`docs/errors.json must translate what the codes say: ${found}`)
  }
  return translate
}

/** The first cell of a row is a code. */
function table(head, rows) {
  const cell = (text) => String(text).replaceAll('|', '\\|')
  const lines = [
    head,
    head.map(() => '---'),
    ...rows.map(([code, ...rest]) => [typeof code === 'string' ? `\`${code}\`` : code, ...rest]),
  ]
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')
}
