/** The API keys, which only this console and the command `keys` administer. */
import type { ApiKeyReply, ApiKeyRequest, ApiKeysReply } from 'wx-reach-server/client'
import type { CreatedApiKeyReply } from 'wx-reach-server/client'
import { call } from '../../api/call.ts'

export const listKeys = (): Promise<ApiKeysReply> => call('GET', 'api-keys')

export const createKey = (body: ApiKeyRequest): Promise<CreatedApiKeyReply> =>
  call('POST', 'api-keys', body)

export const revokeKey = ({ id }: ApiKeyReply): Promise<void> =>
  call('DELETE', `api-keys/${encodeURIComponent(id)}`)
