import Type from 'typebox'
import { control } from './control.ts'
import { Id } from './fields.ts'

const defaults = { title: '服务结果通知', keywords: ['处理结果'] }
const Word = Type.String({ minLength: 1, maxLength: 64 })

/** The account comes to hold a template; one with the same templateId is replaced. */
export const templates = control({
  method: 'POST',
  path: '/sandbox/templates',
  fields: {
    templateId: Type.Optional(Id),
    title: Type.Optional(Word),
    keywords: Type.Optional(
      Type.Array(Type.Union([Word, Type.Object({ name: Word, example: Word })])),
    ),
    // What gettemplate calls it: 2 is sent once for each consent, 3 is long-term and has no count.
    type: Type.Optional(Type.Enum([2, 3])),
  },
  act({
    body: { templateId, title = defaults.title, keywords = defaults.keywords, type },
    account,
  }) {
    const added = account().templates.add({
      ...(templateId === undefined ? {} : { templateId }),
      ...(type === undefined ? {} : { type }),
      title,
      keywords: keywords.map((each) =>
        typeof each === 'string' ? { name: each, example: each } : each,
      ),
    })
    return { templateId: added.templateId }
  },
})
