import type { FetchToken } from '../wechat/token.ts'
import type { Families } from './families.ts'

/** The same fetch of an access_token, counted by app. */
export function meterFetch(
  fetchToken: FetchToken,
  app: string,
  { tokens }: Pick<Families, 'tokens'>,
): FetchToken {
  return async (rejected) => {
    const reply = await fetchToken(rejected)
    const outcome =
      reply.fate !== 'answered' ? 'unreachable' : reply.body === undefined ? 'refused' : 'fetched'
    tokens.inc({ app, outcome })
    return reply
  }
}
