/** What the server answers about templates. */
import Type from 'typebox'
import type * as wire from '../../shared/wire.ts'
import { like } from './schema.ts'

const count = Type.Integer({ minimum: 0 })
const term = Type.Enum(['once', 'long'])

export const library = like<wire.TemplateLibraryReply>()(
  Type.Object({
    templates: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
    total: count,
  }),
)

export const libraryTitle = like<wire.TemplateLibraryTitleReply>()(
  Type.Object({
    id: Type.String(),
    title: Type.String(),
    keywords: Type.Array(
      Type.Object({ id: Type.Integer(), name: Type.String(), example: Type.String() }),
    ),
  }),
)

export const added = like<wire.AddTemplateReply>()(Type.Object({ templateId: Type.String() }))

export const linted = like<wire.LintReply>()(
  Type.Object({
    problems: Type.Array(
      Type.Object({
        rule: Type.Enum([
          '1.1',
          '1.2',
          '1.3',
          '1.4',
          '1.5',
          '1.6',
          '2.1',
          '2.2',
          '2.3',
          '2.4',
          '2.5',
        ]),
        detail: Type.String(),
        certainty: Type.Enum(['sure', 'maybe']),
      }),
    ),
  }),
)

export const subscribeCategories = like<wire.SubscribeCategoriesReply>()(
  Type.Object({
    categories: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })),
  }),
)

export const subscribeLibrary = like<wire.SubscribeLibraryReply>()(
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

export const subscribeLibraryTitle = like<wire.SubscribeLibraryTitleReply>()(
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

export const subscribeTemplates = like<wire.SubscribeTemplatesReply>()(
  Type.Object({
    templates: Type.Array(
      Type.Object({
        templateId: Type.String(),
        title: Type.String(),
        content: Type.String(),
        example: Type.String(),
        term,
        enums: Type.Record(Type.String(), Type.Array(Type.String())),
      }),
    ),
  }),
)
