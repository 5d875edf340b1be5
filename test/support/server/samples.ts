/** One good request of every route, to be made bad in one place. */
import type { Route } from '../../../server/http/route.ts'
import { routes } from '../../../server/http/routes/routes.ts'

export const template = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

export const message = {
  channel: 'template',
  openId: 'alice-0001',
  templateId: template,
  page: 'pages/index/index?order=1',
  data: { keyword1: { value: '339208499', color: '#173177' }, keyword2: { value: '咖啡' } },
  emphasisKeyword: 'keyword1.DATA',
}

/** 2018-06-01T04:00:00Z, as the servers of these tests begin. */
const at = 1_527_825_600_000
export const envelope = {
  sentAt: at,
  events: [
    { id: 'sample-event-1', type: 'form.submitted', at, formId: 'form-sample-1', page: 'pages/a' },
  ],
}

const bodies: Record<string, object> = {
  'POST /v1/session': { appId: 'wx0123456789abcdef', code: 'code-of-wx-login' },
  'POST /v1/events': envelope,
  'POST /v1/sessions': { openId: 'alice-0001', sessionKey: 'MDEyMzQ1Njc4OWFiY2RlZg==' },
  'DELETE /v1/sessions': { openId: 'nobody-0001' },
  'POST /v1/decrypt': { openId: 'alice-0001', encryptedData: 'AAAA', iv: 'AAAA' },
  'POST /v1/messages': message,
  'POST /v1/broadcasts': {
    channel: 'template',
    templateId: template,
    data: { keyword1: { value: '339208499' } },
    audience: { from: 'list' },
  },
  'POST /v1/credits/payment': { openId: 'alice-0001', prepayId: 'prepay_id=wx201806010001' },
  'POST /v1/templates': { id: 'AT0002', keywordIds: [3, 4, 5] },
  'POST /v1/templates/lint': { title: '购买成功通知', keywords: ['购买地点'] },
  'POST /v1/subscribe-templates': { id: '401', keywordIds: [1, 2], sceneDescription: '会议' },
  'POST /v1/codes': { kind: 'qrcode', path: 'pages/index?query=1', width: 430 },
  'POST /v1/typing': { openId: 'alice-0001', typing: true },
  'POST /v1/access-token/refresh': { rejected: 'a-token-of-yesterday' },
  'POST /v1/console/revealed': { openId: 'alice-0001' },
  'POST /v1/console/session': { apiKey: 'the-key-that-may-do-all' },
  'POST /v1/webhooks': { url: 'https://shop.example/hooks' },
  'POST /v1/webhooks/:id/replay': { since: '2018-06-01T00:00:00Z' },
  'POST /v1/api-keys': { name: 'the shop', scopes: ['send'] },
}

const params: Record<string, string> = {
  ':appId': 'wx0123456789abcdef',
  ':openId': 'alice-0001',
  ':openGId': 'tGgroup-0001',
  ':channel': 'template',
  ':shareId': 'share-0001',
  ':templateId': 'a-template-of-nobody',
  ':id': 'AAAAAAAAAAAAAAAA',
}

export interface Sample {
  route: Route
  /** As the route is written, `:openId` and all. */
  name: string
  /** What to ask. */
  at: string
  body: object | undefined
  headers: Record<string, string>
}

function headersOf(name: string, { caller }: Route): Record<string, string> {
  if (name === 'POST /v1/messages' || name === 'POST /v1/broadcasts')
    return { 'Idempotency-Key': 'sample-key-1' }
  return caller === 'browser' ? { 'X-Reach-Console': '1' } : {}
}

export const samples: Sample[] = routes.map((route) => {
  const name = `${route.method.toUpperCase()} ${route.path}`
  return {
    route,
    name,
    at: name.replaceAll(/:\w+/g, (param) => params[param] ?? param),
    body: bodies[name],
    headers: headersOf(name, route),
  }
})

/** Bodies of JSON. */
export const withBody = samples.filter(({ route }) => route.body && !route.body.bytes)
export const operatorSamples = samples.filter(({ route }) => route.caller === 'operator')

/** `it.each` names a row by its first element. */
export const named = (some: readonly Sample[]) =>
  some.map((sample): [string, Sample] => [sample.name, sample])
