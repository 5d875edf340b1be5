import type { ReachEvent } from '../../shared/wire/index'
import type { ArrivalListener } from './arrivals'
import type { FormSubmit, Payment, Subscribe } from './credits'
import type { DroppedEvent } from './event'
import type { WrapApp, WrapPage } from './page'
import type { Platform } from './platform'
import type { Share } from './share'
import type { GetShareInfo, ShareMenu } from './share-menu'

/** `refused`: the user has said no, or has taken a yes back. */
export type Consent = 'granted' | 'required' | 'refused'

export interface ReachOptions {
  /**
   * Where the wx-reach server answers, without `/v1`. The host must be among the request domains of the mini-program
   * (开发管理 → 开发设置 → 服务器域名). Who answers there gets all that is queued, whichever address it was captured for:
   * to move to another one loses nothing, and a phone that comes from a test server brings its events along.
   *
   * @example baseUrl: 'https://reach.example.com'
   */
  baseUrl: string
  /**
   * `granted`: record and send from the start. `required`: keep up to 100 events in memory, and neither sign in, nor
   * ask for a group, nor touch network or storage, until `reach.consent(true)`. The answer is not remembered: give it
   * at every launch. Anything else is taken for `required`, and told.
   *
   * @example
   * wx.getPrivacySetting({ success: (r) => { if (!r.needAuthorization) reach.consent(true) } })
   */
  consent: 'granted' | 'required'
  /**
   * Default: what `wx.getAccountInfoSync` says (2.2.2). Name it for older base libraries.
   *
   * @example appId: 'wx0123456789abcdef'
   */
  appId?: string
  /**
   * For an app with its own sign-in: gives the token that its backend got from `POST /v1/sessions`. Then `wx.login` is
   * never called, for a second one would invalidate the app's session_key. It is asked before every attempt to send, so
   * answer from memory while the token is good. No answer within ten seconds is a failure, which is told.
   *
   * @example session: () => api.get('/me').then((me) => me.reachToken)
   */
  session?: () => Promise<string>
  /**
   * In place of `wx`: a test's fake, another host, or `sandboxPlatform` of `wx-reach/sandbox`. Default: `wx`.
   *
   * @example platform: sandboxPlatform(wx, { url: 'http://127.0.0.1:3001' })
   */
  platform?: Platform
  /**
   * **A card sent with a ticket goes to one chat only, and nobody can forward it again by long press: it cuts the share
   * tree.** In return the opener's launch carries a shareTicket, which base libraries before 2.17.3 need to learn the
   * group; later ones have `getGroupEnterInfo`, which works without. Holds for pages wrapped by `reach.page` that have
   * a share handler; a page may differ: `reach.page(options, { groupTicket: true })`. Default: false.
   *
   * @example groupTicket: true
   */
  groupTicket?: boolean
  /**
   * Called once for every event that will never reach the server, and why. Not for what was damaged in storage: nobody
   * can say any more what it was. Where two copies of the library share a phone, the one speaks that learns of it. Default: nothing but a line on the console.
   *
   * @example onDrop: ({ event, reason }) => log.warn('reach lost', event.type, reason)
   */
  onDrop?: (dropped: DroppedEvent) => void
}

/** What the library knows of itself. Nothing in it is secret: no formId, token or ticket. */
export interface Inspection {
  consent: Consent
  /** Events not yet acknowledged by the server, oldest first. */
  queued: Pick<ReachEvent, 'id' | 'type' | 'at'>[]
  /** Events that the server has answered for since this launch, rejected ones included. */
  acknowledged: number
  /** Attempts in a row that brought nothing away. */
  failures: number
}

export interface Reach extends ShareMenu {
  /**
   * Wraps `onShareAppMessage` of a page's options, if there is one. Pure: returns new options, leaves the given ones as
   * they are, and composes with other wrappers. `this` is inferred as in `Page`.
   *
   * @example Page(reach.page({ data: { n: 0 }, onShareAppMessage() { return { title: `No. ${this.data.n}` } } }))
   */
  page: WrapPage
  /**
   * Notices launches from a share, and sends what is queued when the mini-program comes and goes. Pure, as `page`.
   *
   * @example App(reach.app({ onLaunch() {} }))
   */
  app: WrapApp
  /**
   * The primitive under `page`: wraps one share handler, for frameworks that have no page options.
   *
   * @example onShareAppMessage: reach.share(function () { return { title: 'Come in', path: '/pages/a?x=1' } })
   */
  share: Share
  /**
   * Wraps the submit handler of `<form report-submit bindsubmit>`.
   *
   * @example bindsubmit: reach.formSubmit(function (e) { this.setData({ name: e.detail.value.name }) })
   */
  formSubmit: FormSubmit
  /**
   * Records a payment; `prepay_id=…`, as `wx.requestPayment` takes it, does as well. Not checked on the phone.
   *
   * @example wx.requestPayment({ ...order, success: () => reach.payment(order.package) })
   */
  payment: Payment
  /**
   * `wx.requestSubscribeMessage`: call it within the tap, before any `await`. The platform's answer passes through;
   * a failure to record it never shows. Without callbacks a promise, which rejects with the platform's error.
   *
   * @example const answer = await reach.subscribe({ tmplIds: [orderShipped] })
   */
  subscribe: Subscribe
  /**
   * `wx.getShareInfo` unchanged. Without callbacks a promise, for which `timeout` (ms) also counts before 1.9.90.
   *
   * @example const { encryptedData, iv } = await reach.getShareInfo({ shareTicket, timeout: 3000 })
   */
  getShareInfo: GetShareInfo
  /**
   * Calls back for each launch from a share, at once with the latest if it is known already. With a group it waits for the
   * server, which alone can decrypt it: offline that may be much later, or in no time of this life. Of two copies of the
   * library that have seen the launch, the one tells the group that brings it to the server, or both where both are at it.
   * Returns a function that ends it; call that in `onUnload`.
   *
   * @example this.stop = reach.onArrival(({ openGId }) => this.setData({ openGId }))
   */
  onArrival(listener: ArrivalListener): () => void
  /**
   * Sends what is queued now, without waiting for the end of a backoff, nor for what the server has asked for. Resolves when the queue is empty or an attempt
   * has failed; never rejects. Seldom needed: captures, launches and hiding do it.
   *
   * @example await reach.flush()
   */
  flush(): Promise<void>
  /**
   * The user's answer where `consent` is `required`, or its withdrawal: `false` removes the queue, the session and all else of
   * ours from the phone; where storage fails at that moment, as soon as it can in this life, and nothing of it is sent. A kill
   * before that leaves it to the next life, which cannot know: give the answer at every launch.
   *
   * @example reach.consent(true)
   */
  consent(granted: boolean): void
  /**
   * @example console.log(reach.inspect().queued.length)
   */
  inspect(): Inspection
}
