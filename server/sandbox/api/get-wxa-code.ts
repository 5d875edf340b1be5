import { qrPicture } from '../picture/qr-picture.ts'
import { lookOf } from './code-look.ts'
import { pathOf, versionOf } from './code-path.ts'
import type { Endpoint } from './endpoint.ts'
import { isRefusal, refuse } from './reply.ts'

/** A: a code for a path, counted with C (seeds/004 接口A). */
export const getWxaCode: Endpoint = {
  method: 'POST',
  path: '/wxa/getwxacode',
  needs: 'token',
  // seeds/004 Bug & Tip 4: no form. The code is the one whose words say so.
  malformed: 40159,
  answer(body, account) {
    const target = pathOf(body, 'path', account)
    if (isRefusal(target)) return target
    const look = lookOf(body, account)
    if (isRefusal(look)) return look
    const envVersion = versionOf(body, account)
    if (!envVersion) return refuse(40097)
    if (account.codeCounts.lasting() >= account.quotas.current().codes) return refuse(45029)
    account.codeCounts.addLasting()
    const content = { kind: 'path', appId: account.appId, path: target.path, envVersion }
    return { contentType: 'image/png', bytes: qrPicture(JSON.stringify(content), look) }
  },
}
