import type { TemplatesReply } from '../../shared/wire.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'

export type AccountTemplate = TemplatesReply['templates'][number]

/** The templates of the account, `count` (1 to 20) from `offset` on; the last page may hold fewer (seeds/001 4). */
export function listTemplates(
  authorized: Authorized,
  { offset, count }: { offset: number; count: number },
): Promise<AuthorizedReply<AccountTemplate[]>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/list',
    body: { offset, count },
    decode,
  })
}

function decode({ list }: JsonObject): AccountTemplate[] | undefined {
  if (!Array.isArray(list)) return undefined
  return (list as unknown[]).filter(isRow).map((row) => ({
    templateId: row.template_id,
    title: String(row.title ?? ''),
    content: String(row.content ?? ''),
    example: String(row.example ?? ''),
  }))
}

interface Row {
  template_id: string
  title?: unknown
  content?: unknown
  example?: unknown
}

function isRow(row: unknown): row is Row {
  return typeof (row as Partial<Row> | null)?.template_id === 'string'
}
