/** Each call of WeChat that the server makes, with a reply as its page documents it. */
import type { AuthorizedReply } from '../../../server/wechat/call.ts'
import type { Wechat } from '../../../server/wechat/wechat.ts'

interface CallSample {
  reply: object | Buffer
  call(wechat: Wechat): Promise<AuthorizedReply<unknown>>
  isSend?: true
}

const page = { offset: 0, count: 20 }
const openId = 'alice-0001'
const templateId = 'template-1'
const template = { template_id: templateId, title: '购买成功通知', content: 'c', example: 'e' }
const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01', 'latin1')
const jpg = Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF\0', 'latin1')

export const callSamples: Record<string, CallSample> = {
  signIn: {
    reply: { openid: openId, session_key: 'AAAAAAAAAAAAAAAAAAAAAA==', unionid: 'union-1' },
    call: (wechat) => wechat.code2Session('code'),
  },
  listLibrary: {
    reply: { list: [{ id: 'AT0002', title: '购买成功通知' }], total_count: 599 },
    call: (wechat) => wechat.listLibrary(page),
  },
  getLibraryTitle: {
    reply: {
      id: 'AT0002',
      title: '购买成功通知',
      keyword_list: [{ keyword_id: 3, name: '购买地点', example: 'TIT造舰厂' }],
    },
    call: (wechat) => wechat.getLibraryTitle('AT0002'),
  },
  listTemplates: { reply: { list: [template] }, call: (wechat) => wechat.listTemplates(page) },
  addTemplate: {
    reply: { template_id: templateId },
    call: (wechat) => wechat.addTemplate({ id: 'AT0002', keywordIds: [3, 4] }),
  },
  deleteTemplate: {
    reply: { errcode: 0, errmsg: 'ok' },
    call: (wechat) => wechat.deleteTemplate(templateId),
  },
  categories: {
    reply: { data: [{ id: 616, name: '公交' }] },
    call: (wechat) => wechat.newtmpl.categories(),
  },
  titles: {
    reply: { count: 55, data: [{ tid: 99, title: '付款成功通知', type: 2, categoryId: '616' }] },
    call: (wechat) => wechat.newtmpl.titles({ categoryIds: [616], offset: 0, count: 30 }),
  },
  keywords: {
    reply: { count: 1, data: [{ kid: 1, name: '物品名称', example: '名称', rule: 'thing' }] },
    call: (wechat) => wechat.newtmpl.keywords('99'),
  },
  addSubscribeTemplate: {
    reply: { priTmplId: templateId },
    call: (wechat) =>
      wechat.newtmpl.add({ titleId: '401', keywordIds: [2, 1], sceneDescription: '测试数据' }),
  },
  listSubscribeTemplates: {
    reply: {
      data: [
        {
          priTmplId: templateId,
          title: '报名结果通知',
          content: 'c',
          example: 'e',
          type: 3,
          keywordEnumValueList: [{ keywordCode: 'enum1.DATA', enumValueList: ['按时', '超时'] }],
        },
      ],
    },
    call: (wechat) => wechat.newtmpl.list(),
  },
  sendTemplate: {
    reply: { errcode: 0, errmsg: 'ok', template_id: 1 },
    call: (wechat) => wechat.sendTemplate({ openId, formId: 'form-1', templateId }),
    isSend: true,
  },
  sendSubscribe: {
    reply: { errcode: 0, errmsg: 'ok', msgid: 3248682510344 },
    call: (wechat) =>
      wechat.sendSubscribe({ openId, templateId, data: { thing1: { value: 'hi' } } }),
    isSend: true,
  },
  sendCustomer: {
    reply: { errcode: 0, errmsg: 'ok' },
    call: (wechat) => wechat.sendCustomer({ openId, msgtype: 'text', text: { content: 'hi' } }),
    isSend: true,
  },
  setTyping: {
    reply: { errcode: 0, errmsg: 'ok' },
    call: (wechat) => wechat.setTyping({ openId, typing: true }),
  },
  uploadMedia: {
    reply: { type: 'image', media_id: 'media-1', created_at: 1_527_825_600 },
    call: (wechat) => wechat.uploadMedia({ bytes: png, type: 'png' }),
  },
  getMedia: { reply: jpg, call: (wechat) => wechat.getMedia('media-1') },
  makePathCode: { reply: jpg, call: (wechat) => wechat.makePathCode({ path: 'pages/a' }) },
  makeQrCode: { reply: png, call: (wechat) => wechat.makeQrCode({ path: 'pages/a' }) },
  makeSceneCode: { reply: jpg, call: (wechat) => wechat.makeSceneCode({ scene: 'a=1' }) },
}
