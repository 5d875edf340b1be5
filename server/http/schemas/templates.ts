/** What operators send about templates. */
import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { like, strict, text } from './schema.ts'

const page = (mostCount: number) => ({
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 })),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: mostCount, default: 20 })),
})
const keywordIds = (minItems: number, maxItems: number) =>
  Type.Array(Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }), {
    minItems,
    maxItems,
    uniqueItems: true,
  })
const keyword = text(64)

export const libraryQuery = Type.Object(page(20), strict)

export const newTemplate = like<wire.AddTemplateRequest>()(
  Type.Object({ id: text(64), keywordIds: keywordIds(1, 10) }, strict),
)

export const lintRequest = like<wire.LintRequest>()(
  Type.Object(
    {
      title: text(64),
      keywords: Type.Array(
        Type.Union([keyword, Type.Object({ name: keyword, example: text(256, 0) }, strict)]),
        { maxItems: 50 },
      ),
      otherTitles: Type.Optional(Type.Array(text(64), { maxItems: 1_000 })),
    },
    strict,
  ),
)

export const subscribeLibraryQuery = Type.Object(
  {
    ...page(30),
    /** Comma-separated. Default: all categories of the account. */
    categoryIds: Type.Optional(Type.String({ pattern: '^\\d{1,9}(,\\d{1,9}){0,49}$' })),
  },
  strict,
)

export const newSubscribeTemplate = like<wire.AddSubscribeTemplateRequest>()(
  Type.Object(
    {
      id: Type.String({ pattern: '^\\d{1,15}$' }),
      keywordIds: keywordIds(2, 5),
      sceneDescription: text(15),
    },
    strict,
  ),
)
