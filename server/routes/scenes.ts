/** What stands behind the scene of a code, for the phone that scanned it. */
import { looksLikeSceneId } from '../codes/scene-id.ts'
import { ProblemError } from '../problem.ts'
import { scene } from '../schemas/codes.ts'
import { phoneRoute } from './route.ts'

export const getScene = phoneRoute(
  'GET /v1/scenes/:id',
  {
    summary: 'The payload of a code that was scanned',
    replies: { 200: { description: 'What the code carries.', schema: scene } },
  },
  async ({ params, app }, { store }) => {
    const { id = '' } = params
    const found = looksLikeSceneId(id) ? await store.findScene(app.appId, id) : undefined
    if (!found) {
      const detail = 'Nothing is kept behind this scene: it is what the page gets, as it is.'
      throw new ProblemError(404, 'not_found', detail)
    }
    const { payload, shareId } = found
    return {
      status: 200,
      body: {
        payload: payload === undefined ? null : (JSON.parse(payload) as unknown),
        ...(shareId !== undefined && { shareId }),
      },
    }
  },
)
