import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { lintLimits } from '../../rules/requests.ts'
import { accountTemplates, maxTitleId, templateKeywords } from '../../rules/templates.ts'
import { count, keywordIds, like, pageQuery, strict, text } from './schema.ts'

export const templatesQuery = like<wire.TemplatesQuery>()(
  Type.Object(pageQuery(accountTemplates.perPage), strict),
)

/** Of a template of the account, whichever its kind. */
export const templateFields = {
  templateId: Type.String(),
  title: Type.String(),
  content: Type.String(),
  example: Type.String(),
}

export const templatesReply = like<wire.TemplatesReply>()(
  Type.Object({
    templates: Type.Array(Type.Object(templateFields)),
  }),
)

export const addTemplateRequest = like<wire.AddTemplateRequest>()(
  Type.Object({ id: text(maxTitleId), keywordIds: keywordIds(templateKeywords.template) }, strict),
)

export const addTemplateReply = like<wire.AddTemplateReply>()(
  Type.Object({ templateId: Type.String() }),
)

export const templateLibraryReply = like<wire.TemplateLibraryReply>()(
  Type.Object({
    templates: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
    total: count,
  }),
)

export const templateLibraryTitleReply = like<wire.TemplateLibraryTitleReply>()(
  Type.Object({
    id: Type.String(),
    title: Type.String(),
    keywords: Type.Array(
      Type.Object({ id: Type.Integer(), name: Type.String(), example: Type.String() }),
    ),
  }),
)

/** The check compares texts in NFKC: the limit counts there too. */
const normalizable = (maxLength: number, minLength = 1) =>
  Type.Refine(
    text(maxLength, minLength),
    (given) => given.normalize('NFKC').length <= 2 * maxLength,
    () => `must not have more than ${maxLength} characters in NFKC`,
  )

const title = normalizable(lintLimits.titleLength)
const keyword = normalizable(lintLimits.keywordLength)
const example = normalizable(lintLimits.exampleLength, 0)

export const lintRequest = like<wire.LintRequest>()(
  Type.Object(
    {
      title,
      keywords: Type.Array(Type.Union([keyword, Type.Object({ name: keyword, example }, strict)]), {
        maxItems: lintLimits.maxKeywords,
      }),
      otherTitles: Type.Optional(Type.Array(title, { maxItems: lintLimits.maxOtherTitles })),
    },
    strict,
  ),
)

const rules = ['1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '2.1', '2.2', '2.3', '2.4', '2.5'] as const

export const lintReply = like<wire.LintReply>()(
  Type.Object({
    problems: Type.Array(
      Type.Object({
        rule: Type.Enum([...rules]),
        detail: Type.String(),
        certainty: Type.Enum(['sure', 'maybe']),
      }),
    ),
  }),
)
