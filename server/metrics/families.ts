/** Every metric of ours. No label carries an openId, a raw path or a secret. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** Seconds: from a read of the database to the longest wait for a message. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export type Families = ReturnType<typeof createFamilies>

/** What is read at each scrape instead of being counted. */
interface Readings {
  broadcasts(): Promise<{ app: string; state: string; value: number }[]>
  suspensions(): Promise<{ app: string; channel: string; kind: string; value: 0 | 1 }[]>
  writing(): number
}

export function createFamilies(registry: Registry, read: Readings) {
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `wx_reach_${name}`, help, labelNames, registers })
  const histogram = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Histogram({ name: `wx_reach_${name}`, help, labelNames, registers, buckets: durations })

  return {
    requests: counter('http_requests_total', 'Requests by their route, as openapi.json names it.', [
      'method',
      'route',
      'status',
    ]),
    requestSeconds: histogram(
      'http_request_duration_seconds',
      'From the head of a request to its reply; a message is awaited up to ten seconds.',
      ['method', 'route', 'status'],
    ),
    messages: counter(
      'messages_total',
      'Messages in their final state, by that state and the code of its reason.',
      ['app', 'channel', 'state', 'reason'],
    ),
    unknownSettled: counter(
      'unknown_messages_settled_total',
      'Messages counted as unknown before, whose outcome a late report decided.',
      ['app', 'channel', 'state'],
    ),
    events: counter('events_total', 'Events of phones by their type and the status in the reply.', [
      'type',
      'status',
    ]),
    credits: counter(
      'credits_recorded_total',
      'Credits reported by phone, push or backend; a consent that two report is counted for each.',
      ['kind', 'source'],
    ),
    calls: counter(
      'wechat_calls_total',
      'Calls of WeChat by their result: answered, not_sent or unknown.',
      ['endpoint', 'result', 'errcode'],
    ),
    failures: counter(
      'wechat_call_failures_total',
      'Calls of WeChat without a usable reply, by the code of the failure.',
      ['endpoint', 'result', 'code'],
    ),
    callSeconds: histogram(
      'wechat_call_duration_seconds',
      'Until a call of WeChat was answered or timed out.',
      ['endpoint'],
    ),
    lateReplies: counter(
      'wechat_late_replies_total',
      'Calls of WeChat that timed out, by the result that followed.',
      ['endpoint', 'result'],
    ),
    tokens: counter(
      'token_fetches_total',
      'Fetches of an access_token: fetched, refused or unreachable.',
      ['app', 'result'],
    ),
    deliveries: counter(
      'webhook_deliveries_total',
      'Tries to tell webhooks of events: delivered, retried later, or dead letters.',
      ['event', 'result'],
    ),
    recipients: counter(
      'broadcast_recipients_settled_total',
      'Recipients of broadcasts by what became of them, and the code of its reason.',
      ['app', 'state', 'reason'],
    ),
    broadcasts: new Gauge({
      name: 'wx_reach_broadcasts',
      help: 'Broadcasts that are kept, by their state.',
      labelNames: ['app', 'state'],
      registers,
      async collect() {
        this.reset()
        for (const { value, ...labels } of await read.broadcasts()) this.set(labels, value)
      },
    }),
    suspensions: new Gauge({
      name: 'wx_reach_channel_suspended',
      help: '1 while a channel of an app is suspended: shut, or paused until midnight.',
      labelNames: ['app', 'channel', 'kind'],
      registers,
      async collect() {
        this.reset()
        for (const { value, ...labels } of await read.suspensions()) this.set(labels, value)
      },
    }),
    sessionKeys: new Gauge({
      name: 'wx_reach_session_keys_not_current',
      help:
        'Session keys that are not sealed under the newest secret key, as of the last hourly ' +
        'look: earlier, or unlisted.',
      labelNames: ['secret_key'],
      registers,
    }),
    forwarded: counter(
      'pushes_forwarded_total',
      'Posts of pushes to REACH_FORWARD_PUSHES: taken, refused or unreachable; and dropped pushes.',
      ['app', 'result'],
    ),
    erasures: new Gauge({
      name: 'wx_reach_erasures_failing',
      help: 'Erased users of whom this process could not clear all rows: it tries again.',
      registers,
    }),
    writeSeconds: histogram(
      'store_write_duration_seconds',
      'From the request for a write until it is durable.',
      ['operation'],
    ),
    writing: new Gauge({
      name: 'wx_reach_store_writes_waiting',
      help: 'Writes that are requested and not durable yet.',
      registers,
      collect() {
        this.set(read.writing())
      },
    }),
  }
}
