/** What a share handler may return, and the same with a share id in its path. */
import { changed } from './changed'
import { copyWith } from './wrap'
import { isThenable } from './thenable'
import { withShareId } from './path'
import type { Tell } from './notice'
import type { World } from './world'

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

export interface Dressing {
  shareId: string
  /** Where the content names no path. */
  path: string | undefined
  finish: Finish
}

export type Dress = (content: ShareContent | undefined, dressing: Dressing) => ShareContent

export function createDress(world: World, tell: Tell): Dress {
  function check({ path, imageUrl }: ShareContent): void {
    if (path && path.charAt(0) !== '/') tell('path_without_slash', path)
    // A network address often has no ending at all.
    if (/\.(?!png|jpe?g)\w+$/i.test((imageUrl || '').replace(/[?#].*/, ''))) {
      tell('image_not_png_or_jpg', imageUrl)
    }
  }

  /** Ours first, so that a page's handler that throws costs no ticket. */
  const before = <Result>(ours: (result: Result) => void, theirs: unknown) =>
    function (this: unknown, result: Result, ...more: unknown[]) {
      ours(result)
      return typeof theirs === 'function' ? theirs.call(this, result, ...more) : undefined
    }

  function dress(content: ShareContent | undefined, dressing: Dressing): ShareContent {
    const given = content || {}
    check(given)
    const { shareId, finish } = dressing
    const path = given.path || dressing.path
    const changes: ShareContent = {
      success: before(finish.success, given.success),
      fail: before(finish.fail, given.fail),
    }
    if (path) changes.path = withShareId(path, shareId)
    const outer = copyWith(given, changes)
    if (isThenable(given.promise)) {
      outer.promise = inTime(given.promise, { shareId, path, finish }, outer)
    }
    return outer
  }

  /** Never rejects: what comes too late or not at all is the outer content. */
  function inTime(
    promise: PromiseLike<ShareContent | void>,
    dressing: Dressing,
    whole: ShareContent,
  ): Promise<ShareContent> {
    const outer = changed(whole, {})
    delete outer.promise
    return new Promise((resolve) => {
      const cancel = world.after(promiseMs, () => resolve(outer))
      const settle = (content: ShareContent) => {
        cancel()
        resolve(content)
      }
      promise.then(
        (content) => settle(content ? dress(content, dressing) : outer),
        () => settle(outer),
      )
    })
  }

  return dress
}
