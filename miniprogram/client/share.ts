/** Wraps `onShareAppMessage`. A call is an intent: only callbacks or an arrival prove more. */
import type { Arrivals } from './arrivals'
import type { Context } from './context'
import { createId, isText, type EventFields } from './event'
import { ticketExpired } from './group-resolver'
import type { NotInferred, PageInstance } from './page-types'
import { pageOf, pathOf, routeOf } from './path'
import { changeContent, createDecorate } from './share-content'
import type {
  Returned,
  Shared,
  ShareContent,
  ShareEvent,
  ShareFailure,
  ShareSuccess,
} from './share-content'
import type { PageLike } from './world'
import { isThenable, isWrapped, marked } from './wrap'

/** Some base libraries call the handler twice for one tap. */
const sameTapMs = 500

const mostTickets = 20

/**
 * Wraps a share handler: `this`, arguments and what it returns stay its own, but for the share id
 * in `path` and the two callbacks. A handler that throws throws as before; should the library fail,
 * the handler's content is returned untouched.
 *
 * The argument of the result is any object: typings differ in it. NotInferred: the type of the
 * content comes from the handler, not from `Page`, whose type lacks `success` and `fail`.
 */
export type Share = <Content extends Returned, This = PageInstance>(
  handler?: (this: This, event: ShareEvent, ...more: never[]) => Content,
) => (event?: object, ...more: unknown[]) => NotInferred<Content>

export function createShare(context: Context & { arrivals: Pick<Arrivals, 'parent'> }): Share {
  const decorate = createDecorate(context)
  /** Before the first tap without a time: no time is near to none. */
  let last = {} as Shared & { at: number; page: PageLike | undefined }

  function wrap(handler: unknown): unknown {
    if (isWrapped(handler)) return handler
    return marked(function (this: unknown, ...args: unknown[]) {
      const returned: unknown = handler && (handler as Function).apply(this, args)
      const { from } = (args[0] || {}) as { from?: string }
      // No share id where nothing may be recorded, and one for a timeline handler that calls this.
      if (!context.mayRecord() || context.timelineDepth > (from ? 1 : 0)) return returned
      return changeContent<unknown>(context.guard, returned, () => {
        const page = pageOf(context.world, this)
        const at = context.world.now()
        const again = last.page === page && Math.abs(at - last.at) < sameTapMs
        const shared = again ? last : createShared()
        last = Object.assign(shared, { at, page })

        const start = (content: ShareContent | undefined): ShareContent => {
          const decorated = decorate(content, pathOf(page), shared)
          if (again) return decorated
          const { path, title } = decorated
          // JSON leaves out what is undefined.
          const fields = {
            type: 'share.started',
            shareId: shared.shareId,
            page: routeOf(page),
            parentShareId: context.arrivals.parent(),
            path: path && path[1024] ? undefined : path,
            title: isText(title) ? title.slice(0, 256) : undefined,
            from: /^(menu|button|timeline)$/.test(from as string) ? from : undefined,
          } as EventFields
          context.capture(fields, at)
          return decorated
        }

        return isThenable(returned)
          ? Promise.resolve(returned).then((content) =>
              changeContent(context.guard, content, start),
            )
          : start(returned as ShareContent)
      })
    })
  }

  function createShared(): Shared {
    const shareId = createId(context.world)
    let finished = false
    const finish = (fields: EventFields) =>
      context.guard(() => {
        if (finished) return
        finished = true
        context.capture(fields)
      })
    return {
      shareId,
      success(result) {
        const { shareTickets: given } = (result || {}) as Partial<ShareSuccess>
        const found = Array.isArray(given) ? given.filter(isText) : []
        if (found[mostTickets]) context.warnOnce('too_many_tickets', found.length)
        const tickets = found[0] ? found.slice(0, mostTickets) : undefined
        const groups = tickets && tickets.map(() => ticketExpired)
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
        const result = message.slice(-11) === 'fail cancel' ? 'cancel' : 'fail'
        finish({ type: 'share.finished', shareId, result, message })
      },
    }
  }

  return wrap as Share
}
