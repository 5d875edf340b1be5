/**
 * The first ten minutes, as data: `npm start` prints the steps as commands, `npm run walk` takes them against the
 * running demo. `$NAME` stands for what an earlier step saved.
 */
export interface Step {
  /** What happens in the world, in words. */
  says: string
  at: 'sandbox' | 'server'
  method?: 'GET' | 'POST'
  path: string
  /** Who asks the server: nobody, the phone of $TOKEN, or an operator. The sandbox asks for nothing. */
  as?: 'phone' | 'operator'
  headers?: Record<string, string>
  body?: object
  /** Name → field of the reply, for the steps that follow. */
  saves?: Record<string, string>
  /** What the reply must show, as a word in it: the walk stops where it does not. */
  shows: string
}

export interface Chapter {
  title: string
  steps: Step[]
}

const template = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

/** @param run makes the ids of this tour its own, so that it can be taken again */
export function tour(appId: string, run: string): Chapter[] {
  const share = `share-${run}`
  return [
    {
      title: 'A right arrives: Alice submits a form',
      steps: [
        {
          says: 'The sandbox has no users yet: here is Alice.',
          at: 'sandbox',
          method: 'POST',
          path: '/sandbox/users',
          body: { openId: 'alice' },
          shows: 'alice',
        },
        {
          says: "Alice's phone calls wx.login and gets a code, good once.",
          at: 'sandbox',
          method: 'POST',
          path: '/sandbox/login-codes',
          body: { openId: 'alice' },
          saves: { CODE: 'code' },
          shows: 'code',
        },
        {
          says: 'Her phone trades the code for a session of ours; WeChat’s session_key stays on the server.',
          at: 'server',
          method: 'POST',
          path: '/v1/session',
          body: { appId, code: '$CODE' },
          saves: { ALICE: 'token' },
          shows: 'token',
        },
        {
          says: 'She submits a <form report-submit>: the platform gives a formId.',
          at: 'sandbox',
          method: 'POST',
          path: '/sandbox/form-ids',
          body: { openId: 'alice' },
          saves: { FORM_ID: 'formId' },
          shows: 'formId',
        },
        {
          says: 'The phone brings it in.',
          at: 'server',
          method: 'POST',
          path: '/v1/events',
          as: 'phone',
          headers: { Authorization: 'Bearer $ALICE' },
          body: {
            sentAt: 0,
            events: [
              {
                id: `form-${run}`,
                type: 'form.submitted',
                at: 0,
                formId: '$FORM_ID',
                page: 'pages/form/form',
              },
            ],
          },
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
      title: 'A message goes out, once',
      steps: [
        {
          says: 'Send a template message. The same Idempotency-Key again is the same message, not a second one.',
          at: 'server',
          method: 'POST',
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
          says: 'It reached her inbox, with the formId that was spent.',
          at: 'sandbox',
          path: '/sandbox/inbox/alice',
          shows: '咖啡',
        },
        {
          says: 'Her right is gone.',
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
          says: 'WeChat pushes her message to the server, signed and encrypted: it opens a window of 48 hours.',
          at: 'sandbox',
          method: 'POST',
          path: '/sandbox/pushes',
          body: { openId: 'alice', msgtype: 'text', content: '在吗？' },
          shows: '"accepted":true',
        },
        {
          says: 'So she can be answered, five times.',
          at: 'server',
          method: 'POST',
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
          says: 'It is in her inbox, the link as the platform writes it.',
          at: 'sandbox',
          path: '/sandbox/inbox/alice',
          shows: 'data-miniprogram-path',
        },
      ],
    },
    {
      title: 'A group is recognised: Bob opens a card that Alice shared',
      steps: [
        {
          says: 'Alice shares a page; the library put the id of the share into its path.',
          at: 'server',
          method: 'POST',
          path: '/v1/events',
          as: 'phone',
          headers: { Authorization: 'Bearer $ALICE' },
          body: {
            sentAt: 0,
            events: [
              {
                id: `start-${run}`,
                type: 'share.started',
                at: 0,
                shareId: share,
                page: 'pages/index/index',
                from: 'menu',
              },
            ],
          },
          shows: 'accepted',
        },
        {
          says: 'Bob opens the card in the group “family”.',
          at: 'sandbox',
          method: 'POST',
          path: '/sandbox/users',
          body: { openId: 'bob' },
          shows: 'bob',
        },
        {
          says: 'His phone calls wx.login too.',
          at: 'sandbox',
          method: 'POST',
          path: '/sandbox/login-codes',
          body: { openId: 'bob' },
          saves: { BOBS_CODE: 'code' },
          shows: 'code',
        },
        {
          says: 'A session for Bob.',
          at: 'server',
          method: 'POST',
          path: '/v1/session',
          body: { appId, code: '$BOBS_CODE' },
          saves: { BOB: 'token' },
          shows: 'token',
        },
        {
          says: 'wx.getShareInfo on his phone gives the group, encrypted under his session_key.',
          at: 'sandbox',
          method: 'POST',
          path: '/sandbox/share-info',
          body: { openId: 'bob', group: 'family' },
          saves: { DATA: 'encryptedData', IV: 'iv', GROUP: 'openGId' },
          shows: 'encryptedData',
        },
        {
          says: 'The phone brings it in; the server decrypts it and answers the openGId.',
          at: 'server',
          method: 'POST',
          path: '/v1/events',
          as: 'phone',
          headers: { Authorization: 'Bearer $BOB' },
          body: {
            sentAt: 0,
            events: [
              {
                id: `open-${run}`,
                type: 'share.opened',
                at: 0,
                shareId: share,
                scene: 1044,
                page: 'pages/index/index',
                group: { source: 'shareInfo', encryptedData: '$DATA', iv: '$IV' },
              },
            ],
          },
          shows: '$GROUP',
        },
        {
          says: 'Who is in that group, and through which share did they come?',
          at: 'server',
          path: '/v1/groups/$GROUP',
          as: 'operator',
          shows: '"bob"',
        },
        {
          says: 'And the tree of the share.',
          at: 'server',
          path: `/v1/shares/${share}`,
          as: 'operator',
          shows: '"opens":1',
        },
      ],
    },
  ]
}
