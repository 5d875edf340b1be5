/** Requests of operators to a running demo, and of users to its sandbox. */
import type {
  CreditsReply,
  GroupReply,
  Message,
  ShareReply,
  TemplateMessageRequest,
} from '../../../shared/wire/index'
import type { Demo } from './demo'
import { call, type CallReply } from './http'

interface InboxMessage {
  kind: string
  body: { touser: string; form_id: string; data: Record<string, { value: string }> }
}

interface Operator {
  get(path: string): Promise<CallReply>
  credits(openId: string): Promise<CreditsReply>
  share(shareId: string): Promise<ShareReply>
  group(openGId: string): Promise<GroupReply>
  /** POST /v1/messages with a template that the sandbox knows. */
  send(openId: string, idempotencyKey: string): Promise<CallReply & { body: Message }>
  inbox(openId: string): Promise<InboxMessage[]>
  /** The user submits a form: what WeChat would put into the event. */
  formId(openId: string, formId?: string): Promise<string>
  sandbox(control: string, body: object): Promise<CallReply>
}

export function createOperator(demo: Demo): Operator {
  const headers = { authorization: 'Bearer demo-key', 'content-type': 'application/json' }
  const get = (path: string) => call(demo.server + path, { headers })
  const sandbox = (control: string, body: object) =>
    call(`${demo.sandbox}/sandbox/${control}`, { method: 'POST', body })
  return {
    get,
    sandbox,
    credits: async (openId) => (await get(`/v1/users/${openId}/credits`)).body,
    share: async (shareId) => (await get(`/v1/shares/${shareId}`)).body,
    group: async (openGId) => (await get(`/v1/groups/${openGId}`)).body,
    send(openId, idempotencyKey) {
      const message: TemplateMessageRequest = {
        channel: 'template',
        openId,
        templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
        page: 'pages/index/index',
        data: { keyword1: { value: '咖啡' } },
      }
      return call(`${demo.server}/v1/messages`, {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': idempotencyKey },
        body: message,
      })
    },
    inbox: async (openId) => (await call(`${demo.sandbox}/sandbox/inbox/${openId}`)).body.messages,
    async formId(openId, formId) {
      await sandbox('users', { openId })
      const reply = await sandbox('form-ids', formId ? { openId, formId } : { openId })
      return reply.body.formId
    },
  }
}
