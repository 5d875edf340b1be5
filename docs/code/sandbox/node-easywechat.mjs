import MiniApp from 'node-easywechat/dist/MiniApp/Application.js'

const app = new MiniApp({
  app_id: 'wx0000000000sandbox',
  secret: 'sandbox-secret',
  http: { baseURL: `${process.env.SANDBOX}/` },
})
const client = app.getClient()

const sent = await client.postJson('cgi-bin/message/subscribe/send', {
  touser: 'alice',
  template_id: 'pickup',
  data: { thing1: { value: '咖啡' } },
})
sent.toObject()
const code = await client.postJson(
  'wxa/getwxacodeunlimit',
  { scene: 'table=3' },
  { responseType: 'arraybuffer' },
)
await code.saveAs('code.jpg')
