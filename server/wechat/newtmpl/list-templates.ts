import type { Authorized } from '../authorized.ts'
import type { JsonObject } from '../http.ts'
import type { AuthorizedReply } from '../reply.ts'
import { rowsOf, textOf } from '../rows.ts'
import { termOf, type TemplateTerm } from './list-titles.ts'

export interface SubscribeTemplate {
  templateId: string
  title: string
  content: string
  example: string
  term: TemplateTerm
  /** The values that its `enum` fields take, by field (`enum1`). */
  enums: Record<string, string[]>
}

/** All subscribe templates of the account (platform: newtmpl gettemplate); the page knows no paging. */
export function listTemplates(
  authorized: Authorized,
): Promise<AuthorizedReply<SubscribeTemplate[]>> {
  return authorized({
    method: 'GET',
    path: '/wxaapi/newtmpl/gettemplate',
    decode: ({ data }) => rowsOf(data, template),
  })
}

function template(row: JsonObject): SubscribeTemplate | undefined {
  const { priTmplId: templateId, title, content, example, type, keywordEnumValueList } = row
  if (typeof templateId !== 'string') return undefined
  return {
    templateId,
    title: textOf(title),
    content: textOf(content),
    example: textOf(example),
    term: termOf(type),
    enums: Object.fromEntries(rowsOf(keywordEnumValueList, enumOf) ?? []),
  }
}

function enumOf({ keywordCode, enumValueList }: JsonObject): [string, string[]] | undefined {
  if (typeof keywordCode !== 'string' || !Array.isArray(enumValueList)) return undefined
  return [keywordCode.replace(/\.DATA$/, ''), enumValueList.map(textOf)]
}
