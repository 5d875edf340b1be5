/** The control of what content security (内容安全) finds. */
import Type from 'typebox'
import { labels, normal } from '../rules/content-security.ts'
import { control, ControlError } from './control.ts'

const Suggest = Type.Enum(['risky', 'review', 'pass'])

export const contentJudgements = control({
  method: 'POST',
  path: '/sandbox/content-judgements',
  summary: 'Says what content security (内容安全) finds in texts or in a file.',
  description:
    'A `text` counts in every text that has it in it. The reply of version 2 names it as a ' +
    'keyword. All other texts and files pass, except the two test texts of msgSecCheck-v1.',
  fields: {
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 2_500 })),
    mediaUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2_048 })),
    suggest: Type.Optional(
      Type.Enum(['risky', 'review', 'pass'], { description: 'Default: `risky`.' }),
    ),
    label: Type.Optional(Type.Enum(labels, { description: 'Default: 20006, 违法犯罪.' })),
    unreachable: Type.Optional(
      Type.Literal(true, { description: 'The file of `mediaUrl` cannot be downloaded.' }),
    ),
  },
  reply: Type.Union([
    Type.Object({ suggest: Suggest, label: Type.Integer() }),
    Type.Object({ unreachable: Type.Literal(true) }),
  ]),
  example: { text: '加微信领红包', label: 20008 },
  act({ body: { text, mediaUrl, suggest = 'risky', label = 20006, unreachable }, account }) {
    const { contentSecurity } = account()
    const finding = suggest === 'pass' ? normal : { suggest, label }
    if (mediaUrl !== undefined && text === undefined) {
      contentSecurity.judgeFile(mediaUrl, unreachable ? 'unreachable' : finding)
      return unreachable ? { unreachable } : finding
    }
    if (text === undefined || mediaUrl !== undefined || unreachable) {
      throw new ControlError(400, 'Name one of text and mediaUrl; unreachable is of mediaUrl.')
    }
    contentSecurity.judgeText(text, finding)
    return finding
  },
})
