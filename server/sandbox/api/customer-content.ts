/** What the content of each kind of customer-service message must be (seeds/000 参数说明). */
import type { Account } from '../state/account.ts'
import { text, type Fields } from './fields.ts'
import { refuse, type Refusal } from './reply.ts'

type Check = (content: Fields, account: Account) => Refusal | undefined

export const customerContent: Readonly<Record<string, Check>> = {
  text(content, { appId }) {
    const words = text(content['content'])
    if (words === undefined) return refuse(44004)
    // seeds/000 说明 4. The page names no code; 40013 is the platform's for a wrong appid.
    return linkedApps(words).every((each) => each === appId) ? undefined : refuse(40013)
  },
  image: (content, account) => checkMedia(content['media_id'], account),
  link: (content) => checkPresent(content, ['title', 'description', 'url', 'thumb_url']),
  miniprogrampage(content, account) {
    const missing = checkPresent(content, ['title', 'pagepath', 'thumb_media_id'])
    if (missing) return missing
    // platform, customer service: asked for today, unknown to the page of 2018.
    if (account.edition !== '2018' && content['appid'] !== account.appId) return refuse(40013)
    if (!account.pages.exists(text(content['pagepath']) ?? '')) return refuse(41030)
    return checkMedia(content['thumb_media_id'], account)
  },
}

function checkPresent(content: Fields, names: readonly string[]): Refusal | undefined {
  return names.every((name) => text(content[name]) !== undefined) ? undefined : refuse(40035)
}

function checkMedia(mediaId: unknown, { media }: Account): Refusal | undefined {
  return media.find(text(mediaId) ?? '') ? undefined : refuse(40007)
}

/** The appids of the links to mini-programs within a text. */
function linkedApps(words: string): string[] {
  const links = words.matchAll(
    /<a\b[^>]*?\bdata-miniprogram-appid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*))/gi,
  )
  return [...links].map(([, double, single, bare]) => double ?? single ?? bare ?? '')
}
