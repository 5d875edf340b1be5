/** The texts of the pages in two languages, and the user's choice of the language. */
const chinese = {
  other: 'English',
  indexTitle: '转发与群',
  indexIntro: '把本页转发到群里，再从群里点开：谁转发给了谁，在哪个群，一目了然。',
  cameFrom: '你从哪里来',
  noShare: '这一次不是从转发卡片打开的。',
  shareId: '转发编号',
  group: '群名称',
  openGId: '群 ID (openGId)',
  noGroup: '没有群信息',
  share: '转发给朋友或群',
  shareTitle: '来看看 wx-reach',
  toForm: '提交一个表单',
  formTitle: '表单与发送权',
  formIntro: '每次提交表单，用户就给了一次发送模板消息的权利。先存在手机里，服务器确认后才删除。',
  name: '怎么称呼你？',
  submit: '提交',
  submitted: '本页提交',
  waiting: '待服务器确认',
  acknowledged: '服务器已确认',
  tryOffline: '试试：断网后提交，关掉小程序再打开，一条也不会丢。',
}

type Texts = typeof chinese

const english: Texts = {
  other: '中文',
  indexTitle: 'Shares and groups',
  indexIntro:
    'Share this page to a group and open it from there: who shared with whom, and in which group.',
  cameFrom: 'How you came here',
  noShare: 'This time you did not come from a shared card.',
  shareId: 'Share',
  group: 'Group',
  openGId: 'Group id (openGId)',
  noGroup: 'No group',
  share: 'Share with a friend or a group',
  shareTitle: 'Have a look at wx-reach',
  toForm: 'Submit a form',
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
}

const key = 'language'

export const readTexts = (): Texts => (wx.getStorageSync(key) === 'en' ? english : chinese)

/** Stores the other language, and returns its texts. */
export function switchLanguage(): Texts {
  const next = readTexts() === english ? 'zh' : 'en'
  wx.setStorageSync(key, next)
  return readTexts()
}
