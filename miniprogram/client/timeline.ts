/** The entry `wx-reach/timeline`: `onShareTimeline` (2.11.3); its content has no path. */
import { internalsOf } from './internals'
import type { Fields, PageInstance } from './page-types'
import type { Reach } from './reach'
import type { ShareContent } from './share-content'
import { isThenable, isWrapped, marked } from './wrap'

export interface TimelineContent {
  /** Default: the name of the mini-program. */
  title?: string
  /** What follows the `?` of a path; the page is always this one. Default: the page's own query. */
  query?: string
  /** PNG or JPG, 1:1. Default: the logo of the mini-program. */
  imageUrl?: string
  /** From 3.12.0 on: the content, if it comes within three seconds. */
  promise?: PromiseLike<TimelineContent | void>
}

/**
 * A page whose share handler returns a content. This signature stands first because the first one
 * that fits is taken, and the one of the typings may return nothing or a promise.
 */
type SharingPage = { onShareAppMessage(event?: unknown): Fields } & PageInstance

type Returned = TimelineContent | PromiseLike<TimelineContent | void> | void

/**
 * Wraps a handler of `onShareTimeline`: the share id goes into the query, and the event carries
 * `from: 'timeline'`. The page needs `onShareAppMessage` too, or the platform shows no timeline in
 * its menu. `this`, arguments and everything else stay.
 *
 * @example
 * Page(reach.page({
 *   onShareAppMessage() { return { title: 'Come in' } },
 *   onShareTimeline: timeline(reach, function () { return { title: 'Come in', query: 'x=1' } }),
 * }))
 */
export function timeline<Content extends Returned, This = SharingPage>(
  reach: Reach,
  handler: (this: This, ...more: never[]) => Content,
): (...more: unknown[]) => Content {
  const context = internalsOf(reach)
  const { copyWith, guard } = context

  function wrap(original: Function): Function {
    if (isWrapped(original)) return original
    return marked(function (this: unknown, ...args: unknown[]) {
      let returned: unknown
      // Many call `this.onShareAppMessage()`: what it returns is the content of this share.
      context.timelineDepth = 2
      try {
        returned = original.apply(this, args)
      } finally {
        context.timelineDepth = 0
      }
      const later = [returned, returned && (returned as TimelineContent).promise].filter(isThenable)
      const end = () => (context.timelineDepth = 0)
      if (later[0]) {
        context.timelineDepth = 1
        later[0].then(end, end)
      }
      const decorate = (given: TimelineContent | void): TimelineContent | void => {
        let content = given
        guard(() => {
          const plain = toShare(given, this)
          const event = { from: 'timeline' }
          const share = (reach.share(() => plain) as Function).call(this, event) as ShareContent
          // The same object: nothing may be recorded here, or the library has failed.
          if (share !== plain) content = fromShare(share)
        })
        return content
      }
      return isThenable(returned)
        ? (returned as PromiseLike<TimelineContent | void>).then(decorate)
        : decorate(returned as TimelineContent | void)
    })
  }

  /** As a share handler would return it. */
  function toShare(given: TimelineContent | void, self: unknown): ShareContent {
    if (isNoContent(given)) return given
    const { query, promise } = given || {}
    const share: ShareContent = copyWith(given || {}, {
      path: query === undefined ? query : `/${context.routeAt(self)}?${query}`,
    })
    if (isThenable(promise)) {
      const inner = Promise.resolve(promise).then((content) => toShare(content, self))
      // Nothing awaits it where nothing may be recorded: then the page's own promise goes out.
      inner.catch(() => {})
      share.promise = inner
    }
    return share
  }

  /** With the id of the share in its query. */
  function fromShare(share: ShareContent): TimelineContent {
    if (isNoContent(share)) return share
    const content: TimelineContent & ShareContent = copyWith(share, {})
    // Where the page's own query is not known, the platform adds it.
    if (share.path) content.query = share.path.replace(/^[^?]*\??/, '')
    delete content.path
    delete content.success
    delete content.fail
    if (isThenable(share.promise)) {
      content.promise = (share.promise as PromiseLike<ShareContent>).then(fromShare)
    }
    return content
  }

  return wrap(handler) as (...more: unknown[]) => Content
}

/** What is neither an object nor empty is left to the platform to judge. */
const isNoContent = (given: unknown): given is never => !!given && typeof given !== 'object'
