/** What a share handler may return, and the same with a share id in its path. */
import { changedQuietly } from './notices'
import type { Tell, Quietly } from './notices'
import { withShareId } from './path'
import { inTime } from './platform-call'
import type { CallWechat } from './platform-call'
import { changed, copyWith, follow, isThenable } from './wrap'

/** The platform's argument to `onShareAppMessage`. Base libraries before 1.2.4 pass nothing. */
export interface ShareEvent {
  from: 'button' | 'menu'
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the typings' own type; pages read its dataset
  target: any
  webViewUrl?: string
}

export interface ShareSuccess {
  errMsg: string
  /** One for each chat; only base libraries that still give them, and only with `groupTicket`. */
  shareTickets?: string[]
}

export interface ShareFailure {
  /** `shareAppMessage:fail cancel`, or `shareAppMessage:fail` and the details. */
  errMsg: string
}

export interface ShareContent {
  title?: string
  /** A full path that begins with `/`. Default: the current page with its query. */
  path?: string
  /** PNG or JPG, 5:4. Default: the top of the page. */
  imageUrl?: string
  /** From 2.12.0 on: the content, if it comes within three seconds. */
  promise?: PromiseLike<ShareContent | void>
  /** Called by base libraries before 2.3.0 only, like the two below. */
  success?(result: ShareSuccess): void
  fail?(error: ShareFailure): void
  complete?(result: ShareSuccess | ShareFailure): void
}

/** The platform gives a promise that long, then shows the outer content. */
const promiseMs = 3000

export interface Finish {
  success(result: ShareSuccess): void
  fail(error: ShareFailure): void
}

/** @param path - where the content names none */
export type Dress = (
  content: ShareContent | undefined,
  path: string | undefined,
  shareId: string,
  finish: Finish,
) => ShareContent

export function createDress(callWechat: CallWechat, tell: Tell, quietly: Quietly): Dress {
  const dress: Dress = (content, otherwise, shareId, finish) => {
    const given = content || {}
    const { imageUrl, promise } = given
    const path = given.path || otherwise
    if (path && path.charAt(0) !== '/') tell('path_without_slash', path)
    // A network address often has no ending at all.
    if (/^[^?#]*\.(?!png|jpe?g)\w+([?#]|$)/i.test(imageUrl!)) {
      tell('image_not_png_or_jpg', imageUrl)
    }
    const changes: ShareContent = {
      success: follow(given.success, finish.success),
      fail: follow(given.fail, finish.fail),
    }
    if (path) changes.path = withShareId(path, shareId)
    const outer = copyWith(given, changes)
    if (isThenable(promise)) {
      const alone = changed(outer, { promise: undefined })
      // Never rejects: what comes too late or not at all is the outer content.
      outer.promise = inTime<ShareContent>(callWechat, () => promise, promiseMs).then(
        (late) =>
          late
            ? changedQuietly(quietly, late, (later) => dress(later, path, shareId, finish))
            : alone,
        () => alone,
      ) as Promise<ShareContent>
    }
    return outer
  }

  return dress
}
