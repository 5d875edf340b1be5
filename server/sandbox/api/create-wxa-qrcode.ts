import { qrPicture } from '../picture/qr-picture.ts'
import { widthOf } from './code-look.ts'
import { pathOf } from './code-path.ts'
import type { Endpoint } from './endpoint.ts'
import { isRefusal, refuse } from './reply.ts'

/** C: a QR code for a path, counted with A (seeds/004 接口C). Colours have no effect (Bug & Tip 5). */
export const createWxaQrcode: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxaapp/createwxaqrcode',
  needs: 'token',
  // seeds/004 Bug & Tip 4: no form. The code is the one whose words say so.
  malformed: 40159,
  answer(body, account) {
    const target = pathOf(body, 'qrcode', account)
    if (isRefusal(target)) return target
    const width = widthOf(body, account)
    if (width === undefined) return refuse(40097)
    if (account.codeCounts.lasting() >= account.quotas.current().codes) return refuse(45029)
    account.codeCounts.addLasting()
    const content = JSON.stringify({ kind: 'qrcode', appId: account.appId, path: target.path })
    const look = { width, line: { r: 0, g: 0, b: 0 }, transparent: false }
    return { contentType: 'image/png', bytes: qrPicture(content, look) }
  },
}
