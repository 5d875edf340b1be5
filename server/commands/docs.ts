/** The documents that are generated from the code. `npm run docs` writes them. */
import { eventReasons, groupReasons, problemCodes, refusalCodes } from '../../shared/codes.ts'
import { openApiDocument } from '../http/openapi.ts'
import { routes } from '../http/routes/routes.ts'
import { version } from '../runtime/version.ts'
import { errcodes } from '../wechat/errcodes.ts'
import type { Command } from './command.ts'

/** Prints openapi.json, which `GET /openapi.json` serves too. */
export const openapi: Command = async ({ print }) => {
  print(JSON.stringify(openApiDocument(routes, version), null, 2))
  return 0
}

/** Prints docs/errors.md. */
export const errors: Command = async ({ print }) => {
  const rows = Object.entries(errcodes)
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([errcode, row]) => [
      [errcode, 'any', row] as const,
      ...Object.entries(row.in ?? {}).map(([call, meaning]) => [errcode, call, meaning] as const),
    ])
  print(
    [
      '# Error codes',
      '',
      'Generated from the code by `npm run docs`. Every error reply is `application/problem+json`',
      'with a stable `code`. `errors` lists each bad field with its path. `wechat` is present when',
      'WeChat refused.',
      '',
      ...section('`code` of an error reply', problemCodes),
      ...section('`reason.code` of a message', refusalCodes),
      ...section('`reason` of an event', [...eventReasons, ...groupReasons]),
      '## Error codes of WeChat',
      '',
      'A code that is not listed counts as a bad message: the credit is given back, and the',
      'message is refused.',
      '',
      '| errcode | call | meaning | consequence | what to do | source |',
      '|---|---|---|---|---|---|',
      ...rows.map(([errcode, call, { meaning, effect, advice, source }]) => {
        const cells = [errcode, call, `\`${meaning}\``, effect, cell(advice), cell(source)]
        return `| ${cells.join(' | ')} |`
      }),
    ].join('\n'),
  )
  return 0
}

const section = (title: string, codes: readonly string[]) => [
  `## ${title}`,
  '',
  codes.map((code) => `\`${code}\``).join(' · '),
  '',
]

const cell = (text: string) => text.replaceAll('|', '\\|')
