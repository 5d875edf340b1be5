/** The controls of the sandbox, as far as the demo's world uses them: docs/sandbox-controls.md. */
import { app, session } from '../api/session.ts'

/** What the platform's inbox of a user holds. */
export interface InboxMessage {
  kind: 'template' | 'officialAccount' | 'subscribe' | 'customer'
  at: string
  /** Of the API call that sent it. */
  body: Readonly<Record<string, unknown>>
}

export interface SandboxTemplate {
  templateId: string
  channel: 'template' | 'subscribe'
  title: string
  content: string
}

export interface SandboxCall {
  at: string
  path: string
  body: unknown
  status: number | null
}

interface SavedState {
  apps: Record<string, { templates: SandboxTemplate[] }>
}

export interface Fault {
  path: string
  errcode?: number
  status?: number
  hangUp?: true
}

/** Why the sandbox did not do what it was asked: in its own words. */
export class SandboxError extends Error {}

/** Below the demo's own origin. @param control such as `form-ids` */
async function ask<Reply>(method: string, control: string, body?: object): Promise<Reply> {
  const base = session.value?.demo?.sandbox ?? '/sandbox'
  const url = new URL(`${base}/${control}`, location.origin)
  const appId = app.value?.appId
  if (!body && appId) url.searchParams.set('appId', appId)
  const reply = await fetch(url, {
    method,
    credentials: 'omit',
    ...(body && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...(appId && { appId }), ...body }),
    }),
  })
  const value = (await reply.json()) as Reply & { error?: string }
  if (!reply.ok) throw new SandboxError(value.error ?? `HTTP ${reply.status}`)
  return value
}

const post = <Reply>(control: string, body: object) => ask<Reply>('POST', control, body)

export const sandbox = {
  addUser: (openId: string) => post('users', { openId }),
  loginCode: (openId: string) => post<{ code: string }>('login-codes', { openId }),
  submitForm: (openId: string) => post<{ formId: string }>('form-ids', { openId }),
  pay: (openId: string) => post<{ prepayId: string }>('prepay-ids', { openId }),
  answer: (openId: string, templateId: string, answer: 'accept' | 'reject') =>
    post('subscriptions', { openId, templateId, answer }),
  shareInfo: (openId: string, group: string) =>
    post<{ encryptedData: string; iv: string }>('share-info', { openId, group }),
  write: (openId: string, content: string) => post('pushes', { openId, msgtype: 'text', content }),
  enter: (openId: string) =>
    post('pushes', { openId, msgtype: 'event', event: 'user_enter_tempsession' }),
  addTemplate: (template: object) => post<{ templateId: string }>('templates', template),
  advance: (advanceMs: number) => post<{ now: string }>('clock', { advanceMs }),
  setEdition: (edition: '2018' | '2026') => post('edition', { edition }),
  addFault: (fault: Fault) => post('faults', fault),
  async inbox(openId: string): Promise<InboxMessage[]> {
    const path = `inbox/${encodeURIComponent(openId)}`
    return (await ask<{ messages: InboxMessage[] }>('GET', path)).messages
  },
  async templates(): Promise<SandboxTemplate[]> {
    const { apps } = await ask<SavedState>('GET', 'state')
    return apps[app.value?.appId ?? '']?.templates ?? Object.values(apps)[0]?.templates ?? []
  },
  calls: async () => (await ask<{ calls: SandboxCall[] }>('GET', 'calls')).calls,
}
