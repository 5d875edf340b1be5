import type {
  TemplatesReply,
  AddTemplateReply,
  AddTemplateRequest,
  TemplateLibraryReply,
  TemplateLibraryTitleReply,
} from '../../shared/wire/index.ts'
import { wholeOf, type JsonObject } from '../runtime/encoding.ts'
import { acknowledged, rowsOf, textOf, type Authorized, type AuthorizedReply } from './call.ts'

export type AccountTemplate = TemplatesReply['templates'][number]

/**
 * The templates of the account, `count` (1 to 20) from `offset` on; the last page may hold fewer
 * (seeds/001 4).
 */
export function listTemplates(
  authorized: Authorized,
  { offset, count }: { offset: number; count: number },
): Promise<AuthorizedReply<AccountTemplate[]>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/list',
    body: { offset, count },
    decode: ({ list }) => rowsOf(list, template),
  })
}

function template({ template_id: templateId, title, content, example }: JsonObject) {
  if (typeof templateId !== 'string') return undefined
  return { templateId, title: textOf(title), content: textOf(content), example: textOf(example) }
}

/**
 * Adds a template to the account: a title and up to 10 of its keywords, in this order (seeds/001
 * 模版消息管理 3).
 */
export function addTemplate(
  authorized: Authorized,
  { id, keywordIds }: AddTemplateRequest,
): Promise<AuthorizedReply<AddTemplateReply>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/add',
    body: { id, keyword_id_list: keywordIds },
    decode: ({ template_id: templateId }) =>
      typeof templateId === 'string' ? { templateId } : undefined,
  })
}

/** Deletes a template of the account (seeds/001 模版消息管理 5). */
export function deleteTemplate(
  authorized: Authorized,
  templateId: string,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/del',
    body: { template_id: templateId },
    decode: acknowledged,
  })
}

/** The titles of the library (模板库), `count` (1 to 20) from `offset` on (seeds/001 模版消息管理 1). */
export function listLibrary(
  authorized: Authorized,
  { offset, count }: { offset: number; count: number },
): Promise<AuthorizedReply<TemplateLibraryReply>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/library/list',
    body: { offset, count },
    decode: decodeLibrary,
  })
}

function decodeLibrary({ list, total_count: total }: JsonObject): TemplateLibraryReply | undefined {
  const templates = rowsOf(list, ({ id, title }) =>
    typeof id === 'string' ? { id, title: textOf(title) } : undefined,
  )
  return templates && { templates, total: wholeOf(total) ?? templates.length }
}

/** One title of the library with the keywords to choose from (seeds/001 模版消息管理 2). */
export function getLibraryTitle(
  authorized: Authorized,
  id: string,
): Promise<AuthorizedReply<TemplateLibraryTitleReply>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/library/get',
    body: { id },
    decode: decodeTitle,
  })
}

function decodeTitle({ id, title, keyword_list: list }: JsonObject) {
  const keywords = rowsOf(list, keyword)
  return keywords && typeof id === 'string' ? { id, title: textOf(title), keywords } : undefined
}

function keyword({ keyword_id: keywordId, name, example }: JsonObject) {
  const id = wholeOf(keywordId)
  return id === undefined ? undefined : { id, name: textOf(name), example: textOf(example) }
}
