/** The subscribe templates of an account: `/wxaapi/newtmpl/…` (edition 2026). */
import { wholeOf, type JsonObject } from '../runtime/encoding.ts'
import { acknowledged, rowsOf, textOf, type Authorized, type AuthorizedReply } from './call.ts'

export interface Newtmpl {
  categories(): Promise<AuthorizedReply<Category[]>>
  titles(query: TitlesQuery): Promise<AuthorizedReply<PublicTitles>>
  keywords(titleId: string): Promise<AuthorizedReply<PublicKeyword[]>>
  add(template: NewSubscribeTemplate): Promise<AuthorizedReply<{ templateId: string }>>
  list(): Promise<AuthorizedReply<SubscribeTemplate[]>>
  delete(templateId: string): Promise<AuthorizedReply<JsonObject>>
}

export function createNewtmpl(authorized: Authorized): Newtmpl {
  return {
    categories: () => listCategories(authorized),
    titles: (query) => listTitles(authorized, query),
    keywords: (titleId) => listKeywords(authorized, titleId),
    add: (template) => addTemplate(authorized, template),
    list: () => listTemplates(authorized),
    delete: (templateId) => deleteTemplate(authorized, templateId),
  }
}

interface Category {
  id: number
  name: string
}

/** The categories (类目) of the account (platform: newtmpl getcategory). */
function listCategories(authorized: Authorized): Promise<AuthorizedReply<Category[]>> {
  return authorized({
    method: 'GET',
    path: '/wxaapi/newtmpl/getcategory',
    decode: ({ data }) => rowsOf(data, category),
  })
}

function category({ id: given, name }: JsonObject): Category | undefined {
  const id = wholeOf(given)
  return id === undefined ? undefined : { id, name: textOf(name) }
}

/** How long a consent to a template lasts: for one message, or until it is revoked. */
type TemplateTerm = 'once' | 'long'

/**
 * Type 3 is long-term (platform: newtmpl); every other is taken for one-time, which promises less.
 */
const termOf = (type: unknown): TemplateTerm => (wholeOf(type) === 3 ? 'long' : 'once')

interface PublicTitle {
  /** A number in this reply and text in `addtemplate`: text here. */
  id: string
  title: string
  term: TemplateTerm
  categoryId: number
}

interface PublicTitles {
  titles: PublicTitle[]
  total: number
}

interface TitlesQuery {
  categoryIds: number[]
  /** From 0. */
  offset: number
  /** 1 to 30. */
  count: number
}

/** Public titles of some categories (platform: newtmpl getpubtemplatetitles). */
function listTitles(
  authorized: Authorized,
  { categoryIds, offset, count }: TitlesQuery,
): Promise<AuthorizedReply<PublicTitles>> {
  return authorized({
    method: 'GET',
    path: '/wxaapi/newtmpl/getpubtemplatetitles',
    query: { ids: categoryIds.join(','), start: String(offset), limit: String(count) },
    decode,
  })
}

function decode({ data, count }: JsonObject): PublicTitles | undefined {
  const titles = rowsOf(data, publicTitle)
  return titles && { titles, total: wholeOf(count) ?? titles.length }
}

function publicTitle({ tid, title, type, categoryId }: JsonObject): PublicTitle | undefined {
  const id = textOf(tid)
  if (id === '') return undefined
  return { id, title: textOf(title), term: termOf(type), categoryId: wholeOf(categoryId) ?? 0 }
}

interface PublicKeyword {
  id: number
  name: string
  example: string
  /** The type of its values: `thing`, `date`, … */
  type: string
}

/** The keywords of a public title (platform: newtmpl getpubtemplatekeywords). */
function listKeywords(
  authorized: Authorized,
  titleId: string,
): Promise<AuthorizedReply<PublicKeyword[]>> {
  return authorized({
    method: 'GET',
    path: '/wxaapi/newtmpl/getpubtemplatekeywords',
    query: { tid: titleId },
    decode: ({ data }) => rowsOf(data, keyword),
  })
}

function keyword({ kid, name, example, rule }: JsonObject): PublicKeyword | undefined {
  const id = wholeOf(kid)
  if (id === undefined) return undefined
  return { id, name: textOf(name), example: textOf(example), type: textOf(rule) }
}

export interface SubscribeTemplate {
  templateId: string
  title: string
  content: string
  example: string
  term: TemplateTerm
  /** The values that its `enum` fields take, by field (`enum1`). */
  enums: Record<string, string[]>
}

/**
 * All subscribe templates of the account (platform: newtmpl gettemplate); the page knows no paging.
 */
function listTemplates(authorized: Authorized): Promise<AuthorizedReply<SubscribeTemplate[]>> {
  return authorized({
    method: 'GET',
    path: '/wxaapi/newtmpl/gettemplate',
    decode: ({ data }) => rowsOf(data, templateOf),
  })
}

function templateOf(row: JsonObject): SubscribeTemplate | undefined {
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

interface NewSubscribeTemplate {
  /** Of a public title. */
  titleId: string
  /** 2 to 5, in the order in which the template shows them. */
  keywordIds: number[]
  /** What it is for, at most 15 characters. */
  sceneDescription: string
}

/**
 * Adds a template to the account (platform: newtmpl addtemplate). The page takes no JSON here: 不支持
 * application/json 格式; each keyword is a `kidList` of its own, in order.
 */
function addTemplate(
  authorized: Authorized,
  { titleId, keywordIds, sceneDescription }: NewSubscribeTemplate,
): Promise<AuthorizedReply<{ templateId: string }>> {
  return authorized({
    path: '/wxaapi/newtmpl/addtemplate',
    body: new URLSearchParams([
      ['tid', titleId],
      ...keywordIds.map((id): [string, string] => ['kidList', String(id)]),
      ['sceneDesc', sceneDescription],
    ]),
    decode: ({ priTmplId: templateId }) =>
      typeof templateId === 'string' ? { templateId } : undefined,
  })
}

/** Deletes a subscribe template of the account (platform: newtmpl deltemplate). */
function deleteTemplate(
  authorized: Authorized,
  templateId: string,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: '/wxaapi/newtmpl/deltemplate',
    body: new URLSearchParams({ priTmplId: templateId }),
    decode: acknowledged,
  })
}
