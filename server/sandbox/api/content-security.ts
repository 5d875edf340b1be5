/** Checks of texts and files by content security (内容安全): version 1 and, in 2026, version 2. */
import type { PushFields } from '../push/message.ts'
import {
  downloadFailed,
  downloadFailedStatus,
  normal,
  type Finding,
} from '../rules/content-security.ts'
import type { Account, Checks } from '../state/account.ts'
import { ok, refuse, text, whole, type Endpoint, type Fields, type Refusal } from './endpoint.ts'

/** Checks a text (platform, msgSecCheck and msgSecCheck-v1). */
export const msgSecCheck: Endpoint = {
  method: 'POST',
  path: '/wxa/msg_sec_check',
  needs: 'token',
  daily: ({ textChecks }) => textChecks.day,
  rate: ({ textChecks }) => rateOf(textChecks),
  admit: ({ textChecks }) => count(textChecks),
  handle(body, account) {
    const content = text(body['content'])
    if (content === undefined) return refuse(47001)
    const { bytes, characters } = account.limits().checkedText
    if (versionOf(body, account) === 1) {
      if (Buffer.byteLength(content) > bytes) return refuse(45002)
      return account.contentSecurity.inTexts([content]).length > 0 ? refuse(87014) : ok()
    }
    const refusal = checkVisit(body, account)
    if (refusal) return refusal
    if ([...content].length > characters) return refuse(45002)
    const found = account.contentSecurity.inTexts(textsOf(content, body))
    const [worst = normal] = found
    return ok({
      detail: [ofModel(worst), ...ofKeywords(found)],
      trace_id: account.contentSecurity.newTraceId(2),
      result: { suggest: worst.suggest, label: worst.label },
    })
  },
}

function textsOf(content: string, { scene, title, nickname, signature }: Fields): string[] {
  // A signature counts in a profile alone.
  const more = [title, nickname, whole(scene) === 1 ? signature : undefined]
  return [content, ...more.flatMap((each) => text(each) ?? [])]
}

function ofModel({ suggest, label }: Finding) {
  return { strategy: 'content_model', errcode: 0, suggest, label, prob: 90 }
}

function ofKeywords(found: readonly (Finding & { keyword: string })[]) {
  const strategy = { strategy: 'keyword', errcode: 0 }
  if (found.length === 0) return [strategy]
  return found.map(({ keyword, ...finding }) => ({ ...strategy, ...finding, level: 90, keyword }))
}

/**
 * Checks a picture or a sound (platform, mediaCheckAsync and mediaCheckAsync-v1). The sandbox does
 * not download it. What it found is pushed after the reply, under the same trace_id.
 */
export const mediaCheckAsync: Endpoint = {
  method: 'POST',
  path: '/wxa/media_check_async',
  needs: 'token',
  daily: ({ mediaChecks }) => mediaChecks.day,
  rate: ({ mediaChecks }) => rateOf(mediaChecks),
  admit: ({ mediaChecks }) => count(mediaChecks),
  handle(body, account) {
    const url = text(body['media_url'])
    if (url === undefined) return refuse(47001)
    const mediaType = whole(body['media_type'])
    if (mediaType !== 1 && mediaType !== 2) return refuse(40004)
    const version = versionOf(body, account)
    const refusal = version === 2 ? checkVisit(body, account) : undefined
    if (refusal) return refusal
    const trace_id = account.contentSecurity.newTraceId(version)
    const check = { Event: 'wxa_media_check', appid: account.appId, trace_id }
    const finding = account.contentSecurity.ofFile(url)
    const result = version === 1 ? firstResult(finding) : secondResult(finding)
    void account.pusher.push({ msgType: 'event', fields: { ...check, ...result } })
    return ok({ trace_id })
  },
}

type FileFinding = Finding | 'unreachable'

function firstResult(finding: FileFinding): PushFields {
  const unreachable = finding === 'unreachable'
  return {
    isrisky: unreachable || finding.suggest === 'pass' ? 0 : 1,
    extra_info_json: '',
    status_code: unreachable ? downloadFailedStatus : 0,
  }
}

function secondResult(finding: FileFinding): PushFields {
  if (finding === 'unreachable') return { version: 2, detail: [], ...downloadFailed }
  const { suggest, label } = finding
  return { version: 2, detail: [ofModel(finding)], ...ok(), result: { suggest, label } }
}

function rateOf({ minute }: Checks) {
  return { calls: minute.limit(), seconds: 60 }
}

/** Refused calls count, too. */
function count({ day, minute }: Checks): Refusal | undefined {
  if (!minute.spend()) return refuse(44991)
  return day.spend() ? undefined : refuse(45009)
}

function versionOf({ version }: Fields, { edition }: Account): 1 | 2 {
  return edition !== '2018' && whole(version) === 2 ? 2 : 1
}

/** Version 2 asks who the text or file is from, and where it was to appear. */
function checkVisit(body: Fields, { users }: Account): Refusal | undefined {
  const openId = users.find(text(body['openid']))
  if (openId === undefined) return refuse(40003)
  const scene = whole(body['scene']) ?? 0
  if (scene < 1 || scene > 4) return refuse(40129)
  return users.visitedRecently(openId) ? undefined : refuse(61010)
}
