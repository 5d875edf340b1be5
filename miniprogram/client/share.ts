/** Wraps `onShareAppMessage`. A call of it is an intent: only its callbacks, or an arrival, say more. */
import type { PageLike, World } from './context'
import { createId } from './event'
import type { Capture, EventFields } from './event'
import { expired } from './group-resolver'
import { changedQuietly } from './notices'
import type { Quietly } from './notices'
import type { PageInstance } from './page-types'
import { pageOf, pathOf, routeOf } from './path'
import type {
  Dress,
  Finish,
  ShareContent,
  ShareEvent,
  ShareFailure,
  ShareSuccess,
} from './share-content'
import { isThenable, isWrapped, marked } from './wrap'

/** Some base libraries ask twice for one tap. */
const sameTapMs = 500

const mostTickets = 20

type Returned = ShareContent | PromiseLike<ShareContent | void> | void

/**
 * Wraps a share handler: `this`, arguments and what it returns stay its own, but for the share id in `path` and the
 * two callbacks. A handler that throws throws as before; should the library fail, its content is returned untouched.
 */
export type Share = <Content extends Returned, This = PageInstance>(
  handler?: (this: This, event: ShareEvent, ...more: never[]) => Content,
) => (event?: ShareEvent, ...more: unknown[]) => Content

/**
 * @param parent - the share that this launch came from
 * @param mayRecord - no share id where nothing may be recorded
 */
export function createShare(
  world: World,
  capture: Capture,
  dress: Dress,
  quietly: Quietly,
  parent: () => string | undefined,
  mayRecord: () => boolean,
): Share {
  /** Before the first tap nothing is: no time is near to none. */
  let last = {} as {
    at: number
    page: PageLike | undefined
    shareId: string
    finish: Finish
  }

  function finishOf(shareId: string): Finish {
    let finished = false
    const finish = (fields: EventFields) =>
      quietly(() => {
        if (finished) return
        finished = true
        capture(fields)
      })
    return {
      success(result) {
        const { shareTickets: given } = (result || {}) as Partial<ShareSuccess>
        const tickets = Array.isArray(given) && given[0] ? given.slice(0, mostTickets) : undefined
        const groups = tickets && tickets.map(() => expired)
        // JSON leaves out what is undefined.
        const fields = {
          type: 'share.finished',
          shareId,
          result: 'ok',
          shareTickets: tickets,
          groups,
        }
        finish(fields as EventFields)
      },
      fail(error) {
        const { errMsg = '' } = (error || {}) as Partial<ShareFailure>
        const message = `${errMsg}`.slice(0, 256)
        const result = /cancel/.test(message) ? 'cancel' : 'fail'
        finish({ type: 'share.finished', shareId, result, message })
      },
    }
  }

  function track(
    returned: unknown,
    event: Partial<ShareEvent> | undefined,
    self: unknown,
  ): unknown {
    const page = pageOf(world, self)
    const at = world.now()
    const again = last.page === page && Math.abs(at - last.at) < sameTapMs
    const shareId = again ? last.shareId : createId(world)
    const finish = again ? last.finish : finishOf(shareId)
    last = { at, page, shareId, finish }

    const put = (content: ShareContent | undefined): ShareContent => {
      const dressed = dress(content, pathOf(page), shareId, finish)
      if (again) return dressed
      const { path, title } = dressed
      const from = event && event.from
      // JSON leaves out what is undefined.
      const fields = {
        type: 'share.started',
        shareId,
        page: routeOf(page),
        parentShareId: parent(),
        path: path && path.length <= 1024 ? path : undefined,
        title: typeof title === 'string' ? title.slice(0, 256) : undefined,
        from: /^(menu|button|timeline)$/.test(from as string) ? from : undefined,
      } as EventFields
      capture(fields, at)
      return dressed
    }

    return isThenable(returned)
      ? Promise.resolve(returned).then((content) => changedQuietly(quietly, content, put))
      : put(returned as ShareContent)
  }

  return (handler) => {
    if (isWrapped(handler)) return handler as never
    return marked(function (this: unknown, ...args: unknown[]) {
      const returned: unknown = handler && handler.apply(this as never, args as never)
      if (!mayRecord()) return returned
      return changedQuietly(quietly, returned, (given) => track(given, args[0] as ShareEvent, this))
    }) as never
  }
}
