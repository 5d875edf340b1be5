/** Prints docs/errors.md, made from the tables in the code. */
import { eventReasons, groupReasons, problemCodes, refusalCodes } from '../../shared/codes.ts'
import { errcodes } from '../wechat/errcodes/errcodes.ts'
import type { Command } from './command.ts'

export const errors: Command = async ({ print }) => {
  const rows = Object.entries(errcodes)
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(
      ([errcode, row]) =>
        [
          [errcode, 'any', row],
          ...Object.entries(row.in ?? {}).map(
            ([call, meaning]) => [errcode, call, meaning] as const,
          ),
        ] as const,
    )
  print(
    [
      '# The words of errors',
      '',
      'Made from the tables in the code by `npm run docs`. Every error reply is `application/problem+json` with a',
      'stable `code`; each bad field stands in `errors` with its path. A refusal by WeChat adds `wechat`.',
      '',
      ...listed('`code` of an error reply', problemCodes),
      ...listed('`reason.code` of a message', refusalCodes),
      ...listed('`reason` of an event', [...eventReasons, ...groupReasons]),
      '## Codes of WeChat',
      '',
      'A code that is not named here counts as a bad message: the credit is given back, and the message is refused.',
      '',
      '| errcode | in the call | meaning | what follows | what to do | source |',
      '|---|---|---|---|---|---|',
      ...rows.map(
        ([errcode, call, { meaning, outcome, advice, source }]) =>
          `| ${errcode} | ${call} | \`${meaning}\` | ${outcome} | ${cell(advice)} | ${cell(source)} |`,
      ),
    ].join('\n'),
  )
  return 0
}

const listed = (title: string, words: readonly string[]) => [
  `## ${title}`,
  '',
  words.map((word) => `\`${word}\``).join(' · '),
  '',
]

const cell = (text: string) => text.replaceAll('|', '\\|')
