import { writeFile } from 'node:fs/promises'
import WeChatApi from 'co-wechat-api'

const api = new WeChatApi('wx0000000000sandbox', 'sandbox-secret')
api.prefix = `${process.env.SANDBOX}/cgi-bin/`
api.wxaPrefix = `${process.env.SANDBOX}/wxa/`

await api.sendSubscribeMessage('alice', 'pickup', '', { thing1: { value: '咖啡' } })
await writeFile('code.jpg', await api.getWXACodeUnlimit('table=3'))
