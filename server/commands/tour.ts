/**
 * The demo's tour as data: `walk` performs its steps against the running demo. `$NAME` stands for a
 * value that an earlier step saved.
 */
export interface Chapter {
  title: string
  steps: Step[]
}

export interface Step {
  /** What happens, for the reader. */
  says: string
  at: 'sandbox' | 'server'
  path: string
  /**
   * `operator` sends the API key; any other name sends the session token saved under it. Default:
   * none.
   */
  as?: string
  headers?: Record<string, string>
  /** Makes the request a POST. */
  body?: object
  /** Name → the field of the reply that is saved under it. */
  saves?: Record<string, string>
  /** Name → the header of the reply that is saved under it. */
  savesHeaders?: Record<string, string>
  /** A text that the reply must contain; `walk` stops otherwise. */
  shows: string
}

const template = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

/** @param run makes the ids of this tour unique, so that it can be repeated */
export function tour(appId: string, run: string): Chapter[] {
  const share = `share-${run}`
  return [
    {
      title: 'A credit arises: Alice submits a form',
      steps: [
        ...signIn(appId, 'alice', 'ALICE'),
        {
          says: 'Alice submits a <form report-submit>: the platform gives a formId.',
          at: 'sandbox',
          path: '/sandbox/form-ids',
          body: { openId: 'alice' },
          saves: { FORM_ID: 'formId' },
          shows: 'formId',
        },
        {
          says: 'Alice’s phone sends it to the server as an event.',
          ...event('ALICE', {
            id: `form-${run}`,
            type: 'form.submitted',
            formId: '$FORM_ID',
            page: 'pages/form/form',
          }),
          shows: 'accepted',
        },
        {
          says: 'What may be sent to Alice now, and until when?',
          at: 'server',
          path: '/v1/users/alice/credits',
          as: 'operator',
          shows: '"kind":"form"',
        },
      ],
    },
    {
      title: 'A message is sent, once',
      steps: [
        {
          says: 'Send a template message. A repeated Idempotency-Key does not send a second one.',
          at: 'server',
          path: '/v1/messages',
          as: 'operator',
          headers: { 'Idempotency-Key': `order-${run}` },
          body: {
            channel: 'template',
            openId: 'alice',
            templateId: template,
            page: 'pages/index/index?order=1',
            data: {
              keyword1: { value: 'TIT造舰厂' },
              keyword2: { value: '2016年6月6日' },
              keyword3: { value: '咖啡' },
            },
            emphasisKeyword: 'keyword1.DATA',
          },
          shows: '"state":"sent"',
        },
        {
          says: 'It is in Alice’s inbox, with the formId that was spent.',
          at: 'sandbox',
          path: '/sandbox/inbox/alice',
          shows: '咖啡',
        },
        {
          says: 'The credit is used up.',
          at: 'server',
          path: '/v1/users/alice/credits',
          as: 'operator',
          shows: '"uses":0',
        },
      ],
    },
    {
      title: 'A window opens: Alice writes to customer service',
      steps: [
        {
          says: 'WeChat pushes Alice’s message, signed and encrypted: a window of 48 hours opens.',
          at: 'sandbox',
          path: '/sandbox/pushes',
          body: { openId: 'alice', msgtype: 'text', content: '在吗？' },
          shows: '"accepted":true',
        },
        {
          says: 'The server may now send Alice up to five messages.',
          at: 'server',
          path: '/v1/messages',
          as: 'operator',
          headers: { 'Idempotency-Key': `answer-${run}` },
          body: {
            channel: 'customer',
            openId: 'alice',
            msgtype: 'text',
            text: { parts: ['在的。', { text: '看看订单', path: 'pages/index/index?order=1' }] },
          },
          shows: '"state":"sent"',
        },
        {
          says: 'It is in Alice’s inbox, with the link in the platform’s markup.',
          at: 'sandbox',
          path: '/sandbox/inbox/alice',
          shows: 'data-miniprogram-path',
        },
      ],
    },
    {
      title: 'A group is identified: Bob opens a card that Alice shared',
      steps: [
        {
          says: 'Alice shares a page. The library has put the id of the share into its path.',
          ...event('ALICE', {
            id: `start-${run}`,
            type: 'share.started',
            shareId: share,
            page: 'pages/index/index',
            from: 'menu',
          }),
          shows: 'accepted',
        },
        ...signIn(appId, 'bob', 'BOB'),
        {
          says:
            'Bob opens the card in the group “family”: wx.getShareInfo gives the group,' +
            ' encrypted with the session_key.',
          at: 'sandbox',
          path: '/sandbox/share-info',
          body: { openId: 'bob', group: 'family' },
          saves: { DATA: 'encryptedData', IV: 'iv', GROUP: 'openGId' },
          shows: 'encryptedData',
        },
        {
          says: 'Bob’s phone sends it to the server, which decrypts it and returns the openGId.',
          ...event('BOB', {
            id: `open-${run}`,
            type: 'share.opened',
            shareId: share,
            scene: 1044,
            page: 'pages/index/index',
            group: { source: 'shareInfo', encryptedData: '$DATA', iv: '$IV' },
          }),
          shows: '$GROUP',
        },
        {
          says: 'Who is in that group, and through which share did they arrive?',
          at: 'server',
          path: '/v1/groups/$GROUP',
          as: 'operator',
          shows: '"bob"',
        },
        {
          says: 'The tree of the share.',
          at: 'server',
          path: `/v1/shares/${share}`,
          as: 'operator',
          shows: '"opens":1',
        },
      ],
    },
    {
      title: 'A code is scanned: it carries more than the 32 characters of a scene',
      steps: [
        {
          says: 'Make a code for a table. The server keeps the payload under a short scene.',
          at: 'server',
          path: '/v1/codes',
          as: 'operator',
          body: {
            kind: 'scene',
            page: 'pages/code/code',
            payload: { table: 7, menu: 'TIT造舰厂' },
            shareId: share,
          },
          savesHeaders: { SCENE: 'Code-Scene' },
          shows: 'image/',
        },
        {
          says: 'Bob scans it: the page gets the scene, and asks what stands behind it.',
          at: 'server',
          path: '/v1/scenes/$SCENE',
          as: 'BOB',
          shows: '"table":7',
        },
        {
          says: 'The code belongs to Alice’s share: the scan is an arrival of it.',
          ...event('BOB', {
            id: `scan-${run}`,
            type: 'share.opened',
            shareId: share,
            scene: 1047,
            page: 'pages/code/code',
          }),
          shows: 'accepted',
        },
        {
          says: 'The tree of the share counts the card and the code.',
          at: 'server',
          path: `/v1/shares/${share}`,
          as: 'operator',
          shows: '"opens":2',
        },
      ],
    },
  ]
}

/** @param name saves the session token, for `as` of later steps */
const signIn = (appId: string, openId: string, name: string): Step[] => [
  {
    says: `Add the user ${openId} to the sandbox.`,
    at: 'sandbox',
    path: '/sandbox/users',
    body: { openId },
    shows: openId,
  },
  {
    says: `The phone of ${openId} calls wx.login and gets a code that is valid once.`,
    at: 'sandbox',
    path: '/sandbox/login-codes',
    body: { openId },
    saves: { [`${name}_CODE`]: 'code' },
    shows: 'code',
  },
  {
    says: 'The phone exchanges the code for a session. The session_key stays on the server.',
    at: 'server',
    path: '/v1/session',
    body: { appId, code: `$${name}_CODE` },
    saves: { [name]: 'token' },
    shows: 'token',
  },
]

const event = (as: string, fields: object): Omit<Step, 'says' | 'shows'> => ({
  at: 'server',
  path: '/v1/events',
  as,
  body: { sentAt: 0, events: [{ ...fields, at: 0 }] },
})

export interface DemoAddresses {
  server: string
  sandbox: string
  apiKey: string
}

interface StepRequest {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body?: string
}

/** The request of a step, with `$NAME` not replaced. */
export function requestOf({ at, path, as, headers, body }: Step, demo: DemoAddresses): StepRequest {
  return {
    method: body ? 'POST' : 'GET',
    url: demo[at] + path,
    headers: {
      ...(as && { Authorization: `Bearer ${as === 'operator' ? demo.apiKey : `$${as}`}` }),
      ...headers,
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }
}
