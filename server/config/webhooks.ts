/** Where webhooks may lead. */
import type { WebhookSettings } from '../webhooks/post.ts'
import type { SettingsReader } from './settings-reader.ts'
import { trueOrFalse } from './values.ts'

export function readWebhooks(settings: SettingsReader): Required<WebhookSettings> {
  return {
    allowHttp: settings.optional('REACH_WEBHOOK_ALLOW_HTTP', trueOrFalse) ?? false,
    allowPrivate: settings.optional('REACH_WEBHOOK_ALLOW_PRIVATE', trueOrFalse) ?? false,
  }
}
