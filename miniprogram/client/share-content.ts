/** What a share handler may return, and the same content with a share id in its path. */
import type { Context } from './context'
import type { Guard } from './notices'
import { withShareId } from './path'
import { withTimeout } from './platform-call'
import { copyWith, follow, isThenable } from './wrap'

/** The platform's argument to `onShareAppMessage`. Base libraries before 1.2.4 pass nothing. */
export interface ShareEvent {
  from: 'button' | 'menu'
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the typings' type
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

/** What a share handler may return. */
export type Returned = ShareContent | PromiseLike<ShareContent | void> | void

/** The platform waits that long for a promise, then shows the outer content. */
const promiseTimeoutMs = 3000

/** A share: its id, and what the platform reports of its end. */
export interface Shared {
  shareId: string
  success(result: ShareSuccess): void
  fail(error: ShareFailure): void
}

/**
 * The content with the share id in its path and with our callbacks.
 *
 * @param defaultPath - where the content names none
 */
type Decorate = (
  content: ShareContent | undefined,
  defaultPath: string | undefined,
  shared: Shared,
) => ShareContent

export function createDecorate(context: Context): Decorate {
  const decorate: Decorate = (content, defaultPath, shared) => {
    const given = content || {}
    const { imageUrl, promise } = given
    const path = given.path || defaultPath
    // Only formats of pictures: an address may have no ending, or that of a script.
    if (/^[^?#]*\.(gif|webp|svg)([?#]|$)/i.test(imageUrl!)) {
      context.warnOnce('image_not_png_or_jpg', imageUrl)
    }
    const changes: ShareContent = {
      success: follow(given.success, shared.success),
      fail: follow(given.fail, shared.fail),
    }
    if (path) {
      changes.path = withShareId(path, shared.shareId)
      if (path[0] !== '/') context.warnOnce('path_without_slash', path)
    }
    const outer = copyWith(given, changes)
    if (isThenable(promise)) {
      const withoutPromise = copyWith(outer, { promise: undefined })
      // Never rejects: where the promise is late or fails, the content is the outer one.
      outer.promise = withTimeout<ShareContent>(
        context.callWechat,
        () => promise,
        promiseTimeoutMs,
      ).then(
        (inner) =>
          inner
            ? changeContent(context.guard, inner, (known: ShareContent) =>
                decorate(known, path, shared),
              )
            : withoutPromise,
        () => withoutPromise,
      ) as Promise<ShareContent>
    }
    return outer
  }

  return decorate
}

/**
 * Content as `change` makes it, or untouched where that fails. What is neither an object nor empty
 * is left to the platform to judge.
 */
export function changeContent<Content>(
  guard: Guard,
  given: unknown,
  change: (content: Content) => Content,
): Content {
  let result = given as Content
  if (given && typeof given !== 'object') return result
  guard(() => {
    result = change(result)
  })
  return result
}
