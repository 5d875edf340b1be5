/** What `createReach` takes and returns. */
import type { ReachEvent } from '../../shared/wire/index'
import type { ArrivalListener } from './arrivals'
import type { Credits } from './credits'
import type { DroppedEvent } from './event'
import type { WrapApp, WrapPage } from './page'
import type { Platform } from './platform'
import type { Share } from './share'
import type { ShareMenu } from './share-menu'

export interface Reach extends ShareMenu, Credits {
  /**
   * Wraps `onShareAppMessage` of a page's options, if there is one. Pure: returns new options,
   * leaves the given ones unchanged, and composes with other wrappers. `this` is inferred as in
   * `Page`.
   *
   * @example
   * Page(reach.page({
   *   data: { n: 0 },
   *   onShareAppMessage() { return { title: `No. ${this.data.n}` } },
   * }))
   */
  page: WrapPage
  /**
   * Captures launches from a share, and sends what is queued when the mini-program is shown and
   * hidden. Pure, as `page`.
   *
   * @example App(reach.app({ onLaunch() {} }))
   */
  app: WrapApp
  /**
   * The primitive under `page`: wraps one share handler, for frameworks without page options.
   *
   * @example
   * onShareAppMessage: reach.share(() => ({ title: 'Come in', path: '/pages/a?x=1' }))
   */
  share: Share
  /**
   * Calls back for each launch from a share, at once with the latest if it is known already. A
   * launch with a group waits for the server, which alone can decrypt it: offline that may take
   * long, or never happen in this life. Where two copies of the library have seen the launch, the
   * copy that brings it to the server reports the group, or both where both send it. Returns a
   * function that ends the listening; call it in `onUnload`.
   *
   * @example this.stop = reach.onArrival(({ openGId }) => this.setData({ openGId }))
   */
  onArrival(listener: ArrivalListener): () => void
  /**
   * Sends what is queued now, without waiting for the end of a backoff or of a Retry-After.
   * Resolves when the queue is empty or an attempt has failed; never rejects. Seldom needed:
   * captures, launches and hiding do it.
   *
   * @example await reach.flush()
   */
  flush(): Promise<void>
  /**
   * The user's answer where `consent` is `required`, or its withdrawal. `false` removes the queue,
   * the session and everything else of ours from the phone; where storage fails at that moment, as
   * soon as it can in this life, and nothing of it is sent. A kill before that leaves it to the
   * next life, which cannot know: give the answer at every launch.
   *
   * @example reach.consent(true)
   */
  consent(granted: boolean): void
  /**
   * @example console.log(reach.inspect().queued.length)
   */
  inspect(): Inspection
}

/** `refused`: the user has refused, or has taken consent back. */
export type Consent = 'granted' | 'required' | 'refused'

export interface ReachOptions {
  /**
   * The address of the wx-reach server, without `/v1`. The host must be among the request domains
   * of the mini-program (开发管理 → 开发设置 → 服务器域名). The server at this address gets all that is queued,
   * whichever address it was captured for: a move to another address loses nothing, and a phone
   * that comes from a test server brings its events along.
   *
   * @example baseUrl: 'https://reach.example.com'
   */
  baseUrl: string
  /**
   * `granted`: record and send from the start. `required`: keep up to 100 events in memory, and
   * neither sign in, nor ask for a group, nor use network or storage, until `reach.consent(true)`.
   * The answer is not remembered: give it at every launch. Any other value counts as `required`,
   * with a warning.
   *
   * @example
   * wx.getPrivacySetting({ success: (r) => { if (!r.needAuthorization) reach.consent(true) } })
   */
  consent: 'granted' | 'required'
  /**
   * Default: what `wx.getAccountInfoSync` returns (2.2.2). Name it for older base libraries.
   *
   * @example appId: 'wx0123456789abcdef'
   */
  appId?: string
  /**
   * For an app with its own sign-in: returns the token that its backend got from `POST
   * /v1/sessions`. Then `wx.login` is never called, for a second one would invalidate the app's
   * session_key. It is called before every attempt to send, so return the token from memory while
   * it is good. No token within ten seconds is a failure, with a warning.
   *
   * @example session: () => api.get('/me').then((me) => me.reachToken)
   */
  session?: () => Promise<string>
  /**
   * In place of `wx`: a test's fake, another host, or `sandboxPlatform` of `wx-reach/sandbox`.
   * Default: `wx`.
   *
   * @example platform: sandboxPlatform(wx, { url: 'http://127.0.0.1:3001' })
   */
  platform?: Platform
  /**
   * **A card sent with a ticket goes to one chat only, and nobody can forward it again by long
   * press: it cuts the share tree.** In return the opener's launch carries a shareTicket, which
   * base libraries before 2.17.3 need to learn the group; later ones have `getGroupEnterInfo`,
   * which works without. Holds for pages wrapped by `reach.page` that have a share handler; a page
   * may differ: `reach.page(options, { groupTicket: true })`. Default: false.
   *
   * @example groupTicket: true
   */
  groupTicket?: boolean
  /**
   * Called once for every event that will never reach the server, with the reason. Not for what was
   * damaged in storage, which cannot be read any more. Where two copies of the library share a
   * phone, the copy that drops the event calls it. Default: only a warning on the console.
   *
   * @example onDrop: ({ event, reason }) => log.warn('reach lost', event.type, reason)
   */
  onDrop?: (dropped: DroppedEvent) => void
}

/** The library's state. Nothing in it is secret: no formId, token or ticket. */
export interface Inspection {
  consent: Consent
  /** Events not yet acknowledged by the server, oldest first. */
  queued: Pick<ReachEvent, 'id' | 'type' | 'at'>[]
  /** Events that the server has acknowledged since this launch, rejected ones included. */
  acknowledged: number
  /** Attempts in a row that delivered nothing. */
  failures: number
}
