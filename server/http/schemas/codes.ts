/**
 * `checkCode` (server/codes) holds what depends on other fields and on the edition, and what is
 * empty: it says what to do.
 */
import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { maxColorPart } from '../../rules/codes.ts'
import { codeTexts } from '../../rules/requests.ts'
import { count, like, listQuery, strict, text, time, urlSafeId } from './schema.ts'

const colorPart = Type.Union([
  Type.Integer({ minimum: 0, maximum: maxColorPart }),
  Type.String({ pattern: '^(\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5])$' }),
])

export const codeRequest = like<wire.CodeRequest>()(
  Type.Object(
    {
      kind: Type.Enum(['path', 'scene', 'qrcode']),
      path: Type.Optional(text(codeTexts.path, 0)),
      scene: Type.Optional(text(codeTexts.scene, 0)),
      payload: Type.Optional(Type.Unknown()),
      page: Type.Optional(text(codeTexts.path, 0)),
      width: Type.Optional(Type.Integer({ minimum: 1, maximum: codeTexts.maxWidth })),
      autoColor: Type.Optional(Type.Boolean()),
      lineColor: Type.Optional(Type.Object({ r: colorPart, g: colorPart, b: colorPart }, strict)),
      isHyaline: Type.Optional(Type.Boolean()),
      envVersion: Type.Optional(Type.Enum(['release', 'trial', 'develop'])),
      checkPath: Type.Optional(Type.Boolean()),
      shareId: Type.Optional(urlSafeId),
    },
    strict,
  ),
)

export const codeQueuedReply = like<wire.CodeQueuedReply>()(
  Type.Object({ state: Type.Literal('queued') }),
)

export const codesUsageReply = like<wire.CodesUsageReply>()(
  Type.Object({
    lasting: Type.Object({
      used: count,
      limit: count,
      exhausted: Type.Optional(Type.Boolean()),
      warning: Type.Optional(Type.String()),
    }),
    scene: Type.Object({ lastMinute: count, limit: count, waiting: count }),
  }),
)

export const codesQuery = like<wire.ListQuery>()(Type.Object(listQuery, strict))

const { payload: _, ...described } = codeRequest.properties

export const codesReply = like<wire.CodesReply>()(
  Type.Object({
    codes: Type.Array(
      Type.Object({
        id: Type.String(),
        state: Type.Enum(['made', 'queued', 'making', 'unknown']),
        request: Type.Optional(Type.Object(described)),
        askedAt: time,
        madeAt: Type.Optional(time),
        contentType: Type.Optional(Type.String()),
        scene: Type.Optional(Type.String()),
        payload: Type.Optional(Type.Unknown()),
        shareId: Type.Optional(Type.String()),
        opens: Type.Optional(count),
      }),
    ),
    cursor: Type.Optional(Type.String()),
  }),
)

export const sceneReply = like<wire.SceneReply>()(
  Type.Object({ payload: Type.Unknown(), shareId: Type.Optional(Type.String()) }),
)
