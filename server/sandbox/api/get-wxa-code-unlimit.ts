import { qrPicture } from '../picture/qr-picture.ts'
import type { Account } from '../state/account.ts'
import { lookOf } from './code-look.ts'
import { versionOf } from './code-path.ts'
import type { Endpoint } from './endpoint.ts'
import { text, type Fields } from './fields.ts'
import { isRefusal, refuse, type Refusal } from './reply.ts'

/** B: a code for a scene, as many as a minute allows (seeds/004 接口B). It ignores a `path`. */
export const getWxaCodeUnlimit: Endpoint = {
  method: 'POST',
  path: '/wxa/getwxacodeunlimit',
  needs: 'token',
  // seeds/004 Bug & Tip 4: no form. The code is the one whose words say so.
  malformed: 40169,
  answer(body, account) {
    const { characters, pattern } = account.limits().scene
    const scene = text(body['scene'])
    if (scene === undefined || scene.length > characters) return refuse(40169)
    if (!pattern.test(scene)) return refuse(40129)
    const target = pageOfCode(body, account)
    if (isRefusal(target)) return target
    const look = lookOf(body, account)
    if (isRefusal(look)) return look
    const envVersion = versionOf(body, account)
    if (!envVersion) return refuse(40097)
    if (account.codeCounts.thisMinute() >= account.quotas.current().codesPerMinute) {
      return refuse(45009)
    }
    account.codeCounts.addThisMinute()
    const content = { kind: 'scene', appId: account.appId, ...target, scene, envVersion }
    return { contentType: 'image/png', bytes: qrPicture(JSON.stringify(content), look) }
  },
}

/** Without a page it opens the home page; `page` is absent while no home page was told. */
function pageOfCode(body: Fields, { pages, edition }: Account): { page?: string } | Refusal {
  const page = body['page'] ?? ''
  if (typeof page !== 'string' || page.startsWith('/') || page.includes('?')) return refuse(41030)
  const { published = true } = pages.told()
  const checked = edition === '2018' || body['check_path'] !== false
  if (page === '') {
    if (checked && !published) return refuse(41030)
    const home = pages.home()
    return home === undefined ? {} : { page: home }
  }
  return !checked || pages.exists(page) ? { page } : refuse(41030)
}
