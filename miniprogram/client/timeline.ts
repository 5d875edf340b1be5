/** The entry `wx-reach/timeline`: `onShareTimeline` (2.11.3), whose content has a `query` and no path. */
import { partsOf } from './context'
import type { PageInstance } from './page-types'
import type { Reach } from './reach'
import type { ShareContent } from './share-content'
import { isThenable, isWrapped, marked } from './wrap'

export interface TimelineContent {
  /** Default: the name of the mini-program. */
  title?: string
  /** What stands after the `?` of a path; the page is always this one. Default: the page's own query. */
  query?: string
  /** PNG or JPG, 1:1. Default: the logo of the mini-program. */
  imageUrl?: string
  /** From 3.12.0 on: the content, if it comes within three seconds. */
  promise?: PromiseLike<TimelineContent | void>
}

type Returned = TimelineContent | PromiseLike<TimelineContent | void> | void

/** What is no content is the platform's to judge. */
const isNone = (given: unknown): given is never => !!given && typeof given !== 'object'

const queryOf = (path: string | undefined): string => (path || '').replace(/^[^?]*\??/, '')

/**
 * Wraps a handler of `onShareTimeline`: the share id goes into the query, and the event says `from: 'timeline'`. The page
 * needs `onShareAppMessage` too, or the platform shows no timeline in its menu. `this`, arguments and all else stay.
 *
 * @example
 * Page(reach.page({
 *   onShareAppMessage() { return { title: 'Come in' } },
 *   onShareTimeline: timeline(reach, function () { return { title: 'Come in', query: 'x=1' } }),
 * }))
 */
export function timeline<Content extends Returned, This = PageInstance>(
  reach: Reach,
  handler: (this: This, ...more: never[]) => Content,
): (...more: unknown[]) => Content {
  if (isWrapped(handler)) return handler as never
  const { copyWith, quietly } = partsOf(reach)

  /** As a share handler would say it. */
  function toShare(given: TimelineContent | void, self: unknown): ShareContent {
    if (isNone(given)) return given
    const { query, promise } = given || {}
    const { route = '' } = (self || {}) as { route?: string }
    const share: ShareContent = copyWith(given || {}, {
      path: query === undefined ? query : `/${route}?${query}`,
    })
    if (isThenable(promise)) {
      const later = Promise.resolve(promise).then((content) => toShare(content, self))
      // Nobody looks at it where nothing may be recorded: then the page's own goes out.
      later.catch(() => {})
      share.promise = later
    }
    return share
  }

  /** With the id that the share has got. */
  function fromShare(share: ShareContent): TimelineContent {
    if (isNone(share)) return share
    const content = copyWith(share, { query: queryOf(share.path) })
    delete content.path
    delete content.success
    delete content.fail
    if (isThenable(share.promise)) {
      content.promise = (share.promise as PromiseLike<ShareContent>).then(fromShare)
    }
    return content
  }

  return marked(function (this: unknown, ...args: unknown[]) {
    const returned: unknown = handler.apply(this as never, args as never)
    const dressed = (given: TimelineContent | void): TimelineContent | void => {
      let content = given
      quietly(() => {
        const plain = toShare(given, this)
        const share = reach.share(() => plain).call(this, { from: 'timeline' } as never)
        // The same object: nothing may be recorded here, or the library has failed.
        if (share !== plain) content = fromShare(share)
      })
      return content
    }
    return isThenable(returned)
      ? (returned as PromiseLike<TimelineContent | void>).then(dressed)
      : dressed(returned as TimelineContent | void)
  }) as never
}
