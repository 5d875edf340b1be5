import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { subscribeTemplateRules, templateKeywords, templateLibrary } from '../../rules/templates.ts'
import { count, keywordIds, like, pageQuery, strict, text } from './schema.ts'
import { templateFields } from './templates.ts'

const { categoriesPerQuery, categoryIdDigits, sceneDescription, titleIdDigits } =
  subscribeTemplateRules
const categoryId = `\\d{1,${categoryIdDigits}}`

const term = Type.Enum(['once', 'long'])

export const subscribeTemplatesReply = like<wire.SubscribeTemplatesReply>()(
  Type.Object({
    templates: Type.Array(
      Type.Object({
        ...templateFields,
        term,
        enums: Type.Record(Type.String(), Type.Array(Type.String())),
      }),
    ),
  }),
)

export const addSubscribeTemplateRequest = like<wire.AddSubscribeTemplateRequest>()(
  Type.Object(
    {
      id: Type.String({ pattern: `^\\d{1,${titleIdDigits}}$` }),
      keywordIds: keywordIds(templateKeywords.subscribe),
      sceneDescription: text(sceneDescription),
    },
    strict,
  ),
)

export const subscribeCategoriesReply = like<wire.SubscribeCategoriesReply>()(
  Type.Object({
    categories: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })),
  }),
)

export const subscribeLibraryQuery = like<wire.SubscribeLibraryQuery>()(
  Type.Object(
    {
      ...pageQuery(templateLibrary['2026'].perPage),
      /** Comma-separated. Default: all categories of the account. */
      categoryIds: Type.Optional(
        Type.String({ pattern: `^${categoryId}(,${categoryId}){0,${categoriesPerQuery - 1}}$` }),
      ),
    },
    strict,
  ),
)

export const subscribeLibraryReply = like<wire.SubscribeLibraryReply>()(
  Type.Object({
    templates: Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        term,
        categoryId: Type.Integer(),
      }),
    ),
    total: count,
  }),
)

export const subscribeLibraryTitleReply = like<wire.SubscribeLibraryTitleReply>()(
  Type.Object({
    id: Type.String(),
    keywords: Type.Array(
      Type.Object({
        id: Type.Integer(),
        name: Type.String(),
        example: Type.String(),
        type: Type.String(),
      }),
    ),
  }),
)
