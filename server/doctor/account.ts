/** What WeChat says of one app: its AppSecret, our address, its edition, templates and quotas. */
import { codeQuotas, lastingWarning } from '../rules/codes.ts'
import type { Edition } from '../rules/credits.ts'
import { doctorRules } from '../rules/doctor.ts'
import { accountTemplates } from '../rules/templates.ts'
import { minute } from '../rules/time.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { World } from '../runtime/world.ts'
import type { Inspection } from '../store/inspection.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import { failureOf } from '../wechat/call-errors.ts'
import { cloudTokens } from '../wechat/cloud-token.ts'
import { meaningOf } from '../wechat/errcodes.ts'
import type { WechatHttp, WechatReply } from '../wechat/http.ts'
import { fetchStableToken, type FetchedToken, type TokenSource } from '../wechat/token.ts'
import { createWechat, type Wechat } from '../wechat/wechat.ts'
import { both, ok, problem, skipped, warning } from './check.ts'
import type { Bounds, Checked, Checks, Outcome, Verdict } from './check.ts'

export function checkAccount(
  app: ReachApp,
  { after }: Checks,
  on: {
    http: WechatHttp
    world: World
    reached: Promise<Checked<true>>
    tables: Promise<Checked<Inspection>>
    /** 微信云托管 adds the token to the calls. */
    cloudToken: boolean
    most: Bounds
  },
): Promise<Checked<unknown>>[] {
  const { appId } = app
  let asked: Promise<WechatReply<FetchedToken>> | undefined
  /**
   * Harms no server: without `force_refresh` the call gives the token that it gave before, and the
   * tokens of `/cgi-bin/token` are apart from it (platform: access_token).
   */
  const ask = () => (asked ??= fetchStableToken(on.http, app, false))

  const secret = after(on.reached, { name: 'app-secret', appId }, async () =>
    on.cloudToken
      ? checkCloud(createWechat({ app, http: on.http, token: cloudTokens, world: on.world }))
      : checkSecret(await ask(), (token) => wechatWith(token, { ...on, app })),
  )
  const address = after(on.reached, { name: 'ip-white-list', appId }, async () =>
    on.cloudToken
      ? ok<never>('calls leave by 微信云托管, which needs no entry')
      : checkAddress(await ask()),
  )
  const edition = after(secret, { name: 'edition', appId }, (wechat) => checkEdition(wechat, app))
  const templates = after(
    both(edition, on.tables),
    { name: 'templates', appId },
    ([held, inspection]) => checkTemplates(held, app, { inspection, most: on.most }),
  )
  const quotas = after(both(secret, on.tables), { name: 'quotas', appId }, ([wechat, inspection]) =>
    checkQuotas(wechat, app, inspection),
  )
  return [secret, address, edition, templates, quotas]
}

/** Never asks for another token: that might replace the one of a running server. */
function wechatWith(
  { accessToken }: FetchedToken,
  { app, http, world }: { app: ReachApp; http: WechatHttp; world: World },
): Wechat {
  const held = { ok: true, refreshed: false, accessToken, expiresAtMs: Infinity } as const
  const token: TokenSource = {
    current: async () => held,
    refresh: async () => held,
    renew: async () => held,
  }
  return createWechat({ app, http, token, world })
}

function checkSecret(
  reply: WechatReply<FetchedToken>,
  wechatOf: (token: FetchedToken) => Wechat,
): Outcome<Wechat> {
  if (reply.result !== 'answered') return problem(failureOf(reply.cause).detail)
  if (reply.body) {
    const minutes = Math.floor((reply.body.expiresInSeconds * 1_000) / minute)
    return ok(`WeChat gives an access_token, for ${minutes} minutes`, wechatOf(reply.body))
  }
  const { meaning, advice } = meaningOf(reply.errcode, 'token')
  return concernsAddress(meaning)
    ? skipped('WeChat refuses the address of this machine first: see ip-white-list')
    : problem(`WeChat gives no access_token (${reply.errcode} ${meaning})`, advice)
}

/** Whether 微信云托管 adds a token here, asked by a call that changes nothing. */
async function checkCloud(wechat: Wechat): Promise<Outcome<Wechat>> {
  const reply = await wechat.getQuota('/cgi-bin/message/custom/send')
  if (reply.result === 'not_sent' || reply.result === 'unknown') {
    return problem(failureOf(reply.cause).detail)
  }
  const meaning = meaningOf(reply.errcode, 'other')
  const isRefused = 'reason' in meaning && meaning.reason === 'credentials'
  if (reply.result === 'answered' && !isRefused) {
    return ok('微信云托管 adds the access_token to calls', wechat)
  }
  return problem(
    `calls get no access_token here (${reply.errcode} ${meaning.meaning})`,
    'Turn 开放接口服务 on in 微信云托管 and allow the paths that docs/deployment.md lists; ' +
      'elsewhere unset WECHAT_TOKEN.',
  )
}

function checkAddress(reply: WechatReply<FetchedToken>): Verdict {
  if (reply.result !== 'answered') return skipped('not looked at: see app-secret')
  if (reply.body) return ok('WeChat takes calls from the address of this machine')
  const { meaning, advice } = meaningOf(reply.errcode, 'token')
  if (!concernsAddress(meaning)) return skipped('not looked at: see app-secret')
  const address = /invalid ip ([\da-f.:]+)/i.exec(reply.errmsg)?.[1] ?? 'this machine'
  return problem(
    `WeChat refuses calls from ${address} (${reply.errcode})`,
    meaning === 'address_not_allowed'
      ? `Enter ${address} at 开发管理 → 开发设置 → IP 白名单.`
      : advice,
  )
}

/** 40164, 89501, 89503, 89506 and 89507. */
const concernsAddress = (meaning: string) =>
  /^(address_(not_allowed|awaits|refused)|needs_admin_consent)/.test(meaning)

/** The ids of the account's templates, or the refusal. A list changes nothing at WeChat. */
const listTemplateIds: Record<Edition, (wechat: Wechat) => Promise<AuthorizedReply<string[]>>> = {
  '2018': async (wechat) => {
    const { perPage: count, maxPages } = accountTemplates
    const ids: string[] = []
    for (let page = 0; ; page++) {
      const reply = await wechat.listTemplates({ offset: page * count, count })
      if (reply.result !== 'answered' || !reply.body) return reply as AuthorizedReply<never>
      ids.push(...reply.body.map(({ templateId }) => templateId))
      if (reply.body.length < count || page + 1 === maxPages) return { ...reply, body: ids }
    }
  },
  '2026': async (wechat) => {
    const reply = await wechat.newtmpl.list()
    if (reply.result !== 'answered' || !reply.body) return reply as AuthorizedReply<never>
    return { ...reply, body: reply.body.map(({ templateId }) => templateId) }
  },
}

/** An edition's list of templates exists for the accounts of this edition alone. */
async function checkEdition(wechat: Wechat, { edition }: ReachApp): Promise<Outcome<string[]>> {
  const reply = await listTemplateIds[edition](wechat)
  if (reply.result === 'not_sent' || reply.result === 'unknown') {
    return problem(failureOf(reply.cause).detail)
  }
  if (reply.result === 'answered' && reply.body) {
    return ok(`the account follows the rules of ${edition}`, reply.body)
  }
  const { meaning, advice } = meaningOf(reply.errcode, 'other')
  const refusal = `WeChat refuses the templates of ${edition} (${reply.errcode} ${meaning})`
  if (!otherEditionMeanings.includes(meaning)) return problem(refusal, advice)
  const other = edition === '2018' ? '2026' : '2018'
  const otherReply = await listTemplateIds[other](wechat)
  const follows = otherReply.result === 'answered' && otherReply.body
  return problem(refusal, follows ? `Set WECHAT_EDITION to ${other}.` : advice)
}

/** 45103 and 40066. */
const otherEditionMeanings = ['template_send_retired', 'address_invalid']

const channelOf = { '2018': 'template', '2026': 'subscribe' } as const

async function checkTemplates(
  held: readonly string[],
  { appId, edition }: ReachApp,
  { inspection, most }: { inspection: Inspection; most: Bounds },
): Promise<Verdict> {
  const used = (await inspection.findUsedTemplates(most.messages)).filter(
    (one) => one.appId === appId && one.channel === channelOf[edition],
  )
  const missing = used.filter(({ templateId }) => !held.includes(templateId))
  if (missing.length === 0) {
    return ok(`messages used ${used.length}, and the account holds them all`)
  }
  return warning(
    `messages used ${missing.map(({ templateId }) => templateId).join(', ')}, which the account ` +
      'lacks',
    'Send with another one, or add it again; WeChat may have deleted it: see 站内信.',
  )
}

const quotaPaths: Record<Edition, readonly string[]> = {
  '2018': ['/cgi-bin/message/wxopen/template/send', '/cgi-bin/message/custom/send'],
  '2026': [
    '/cgi-bin/message/subscribe/send',
    '/cgi-bin/message/custom/send',
    '/wxa/getwxacodeunlimit',
  ],
}

async function checkQuotas(
  wechat: Wechat,
  { appId, edition }: ReachApp,
  inspection: Inspection,
): Promise<Verdict> {
  const codes = await inspection.countCodes(appId)
  const found = await Promise.all(
    quotaPaths[edition].map(async (path) => {
      const reply = await wechat.getQuota(path)
      return reply.result === 'answered' && reply.body ? [{ path, ...reply.body }] : []
    }),
  )
  const quotas = found.flat()
  const share = Math.max(0, ...quotas.map(({ limit, used }) => (limit > 0 ? used / limit : 0)))
  const detail = [
    ...quotas.map(({ path, used, limit }) => `${path} ${used}${limit > 0 ? ` of ${limit}` : ''}`),
    ...(quotas.length === 0 ? ['WeChat tells none to this account'] : []),
    `codes of the kinds path and qrcode ${codes.lasting} of ${codeQuotas.lasting}`,
  ].join('; ')
  if (share >= 1) return problem(detail, `WeChat refuses more until midnight in Shanghai. ${clear}`)
  if (codes.exhausted) return problem(detail, 'Make codes of the kind scene.')
  if (share >= doctorRules.quotaShare) return warning(detail, clear)
  const spent = lastingWarning(codes.lasting)
  return spent === undefined ? ok(detail) : warning(spent)
}

const clear = 'An administrator may clear the quotas ten times a month (清零) at mp.weixin.qq.com.'
