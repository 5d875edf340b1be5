/** Looks at a deployment and says what is fine, and what to do about the rest. */
import { labelOf, type Finding } from '../doctor/check.ts'
import { examine } from '../doctor/doctor.ts'
import { openInspection } from '../open-store.ts'
import { UsageError, type Command } from './command.ts'

export const doctorOptions = {
  json: { type: 'boolean', does: 'print the findings as a JSON list' },
  'push-url': {
    type: 'string',
    value: 'URL',
    does: 'the address of the server as WeChat calls it, before /v1/push/; default: not looked at',
  },
} as const

/** Exits with 0, also with warnings, and with 1 when there is a problem. */
export const doctor: Command<typeof doctorOptions> = async ({ env, print, options = {} }) => {
  const pushUrl = options['push-url'] && readPushUrl(options['push-url'])
  const findings = await examine({ env, ...(pushUrl && { pushUrl }), openInspection })
  print(options.json ? JSON.stringify(findings, null, 2) : tableOf(findings))
  return findings.some(({ status }) => status === 'problem') ? 1 : 0
}

/** The address as it is entered at 开发管理 → 消息推送 is taken as well. */
function readPushUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new UsageError('--push-url must be an address such as https://reach.example.com.')
  }
  return url.origin + url.pathname.replace(/(\/v1\/push(\/.*)?|\/)$/, '')
}

function tableOf(findings: readonly Finding[]): string {
  const widthOf = (texts: string[]) => Math.max(...texts.map(({ length }) => length))
  const width = widthOf(findings.map(labelOf))
  return findings
    .map(({ status, detail, advice, ...subject }) => {
      const text = advice === undefined ? detail : `${detail}. ${advice}`
      return `${status.padEnd('problem'.length)}  ${labelOf(subject).padEnd(width)}  ${text}`
    })
    .join('\n')
}
