/** The texts of the pages in English. */
import type { Words } from './chinese'

export const english: Words = {
  other: '中文',
  none: '–',
  noBackend: 'The backend of the app does not answer: run npm start.',
  noRoute: 'This server has no backend of the demo: run npm start.',
  tooOld: 'This base library lacks the function.',

  indexTitle: 'Shares and groups',
  indexIntro:
    'Share this page to a group and open it from there: who shared with whom, and in which group.',
  cameFrom: 'How you came here',
  noShare: 'This time you did not come from a shared card.',
  shareId: 'Share',
  group: 'Group',
  openGId: 'Group id (openGId)',
  noGroup: 'No group',
  share: 'Share to a friend or a group',
  shareTitle: 'Have a look at wx-reach',
  more: 'More to try',
  toForm: 'Submit a form',
  toPayment: 'Buy a coffee',
  toRights: 'Subscribe messages',
  toSupport: 'Customer service',
  toOutcome: 'Outcome of a share, and the menu',
  toRanking: 'Group ranking',
  toCode: 'By a code',

  noGroupReasons: {
    noTicket: 'No shareTicket came along: a chat of two, or a card that was shared without one.',
    missing: 'This base library cannot ask for the group.',
    40097: 'Not opened in a group.',
    65206: 'You have left that group.',
    timeout: 'WeChat did not reply in time.',
    ticket_expired: 'The shareTicket has expired: it is good for one run only.',
    session_stale: 'A later sign-in replaced the key, so the group cannot be decrypted.',
    undecrypted: 'The server could not decrypt the group.',
  },

  formTitle: 'Forms and rights to write',
  formIntro:
    'With each form, a user grants one template message. It stays on the phone until the server ' +
    'has acknowledged it.',
  name: 'What shall we call you?',
  submit: 'Submit',
  submitted: 'Submitted on this page',
  waiting: 'Waiting for the server',
  acknowledged: 'Acknowledged by the server',
  tryOffline:
    'Try it: go offline, submit, close the mini-program and open it again. Nothing is lost.',

  paymentTitle: 'Payments and rights',
  paymentIntro: 'A payment is the right to three template messages within seven days.',
  coffee: 'Filter coffee',
  pay: 'Pay',
  order: 'Order',
  paid: 'Paid',
  payCancelled: 'Cancelled',
  payFailed: 'Not paid',
  receipt: 'Send me the receipt',
  receipts: {
    sent: 'The receipt is out: see your service notices.',
    queued: 'The receipt waits, and goes out by itself.',
    refused: 'The receipt was not sent:',
    unknown: 'WeChat gave no usable reply. The receipt may have arrived.',
  },

  rightsTitle: 'Subscriptions and rights',
  rightsIntro:
    'Each accepted subscription is the right to one subscribe message. A refusal takes none away.',
  ask: 'Ask for a subscription',
  yourRights: 'On this page',
  lastAnswer: 'Last answer',
  accepted: 'New rights',
  rightsLeft: {
    subscribe: 'Subscribe messages left',
    template: 'Template messages left',
    customer: 'Support messages left',
  },
  onServer: 'On the server',
  editions:
    'Subscribe messages go out by the rules of 2026 alone, template messages by those of 2018: ' +
    'the simulator switches them.',
  noServer: 'The server does not answer.',
  problem: 'No panel was shown',

  codeTitle: 'By a code',
  codeIntro:
    'Make a code for pages/code/code by POST /v1/codes. After a scan, this page shows what it ' +
    'carried.',
  carried: 'What the code carried',
  noCode: 'Not opened by a code',
  payload: 'Stored on the server',
  noPayload: 'Nothing: the scene is all',
  launched: 'Scene value',
  scanned: ' · a scanned code',

  supportTitle: 'Customer service',
  supportIntro:
    'When the user enters the conversation or writes, the server may answer for a limited time.',
  contact: 'Contact us',

  outcomeTitle: 'Outcome of a share',
  outcomeIntro:
    'Before base library 2.3.0, WeChat told the page whether a share went out. Since then only ' +
    'an opened card counts.',
  outcome: 'Outcome',
  notShared: 'Nothing shared yet',
  sharing: 'Choosing a chat…',
  shared: 'Shared',
  cancelled: 'Cancelled by the user',
  failed: 'Failed',
  notTold: 'This base library does not tell',
  ownGroup: 'Shared into',
  library: 'Base library',
  menu: 'Menu',
  menuShown: 'Offer the share',
  withTicket: 'Cards with a shareTicket',
  menuAnswer: 'Answer',

  rankingTitle: 'Group ranking',
  rankingIntro:
    'Share it to a group: each member who opens your card counts for you. Only the group sees it.',
  ranking: 'Who brought the most members',
  rankingHere: 'This group',
  notInGroup: 'Open this page from a card in a group to see its ranking.',
  loading: 'Loading…',
  brought: 'brought',
  me: 'You',
  member: 'Member',
  toGroup: 'Share to a group',
  rankingShareTitle: 'Who brought the most members?',
}
