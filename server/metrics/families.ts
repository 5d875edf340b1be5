/** Every metric of ours, with what it says. No label carries an openId, a path as it was asked, or a secret. */
import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

/** Seconds: from a read of the database to the longest that a message is waited for. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export type Families = ReturnType<typeof createFamilies>

/** What is read at each scrape instead of being counted. */
export interface Read {
  stops(): Promise<{ app: string; channel: string; kind: string; value: 0 | 1 }[]>
  writing(): number
}

export function createFamilies(registry: Registry, read: Read) {
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
      'From the head of a request to its answer; a message is waited for up to ten seconds.',
      ['method', 'route', 'status'],
    ),
    messages: counter(
      'messages_total',
      'Messages that came to rest, by their state and the code of their reason.',
      ['app', 'channel', 'state', 'reason'],
    ),
    unknownSettled: counter(
      'unknown_messages_settled_total',
      'Messages counted as unknown before, of which a reply has told since.',
      ['app', 'channel', 'state'],
    ),
    events: counter('events_total', 'Events of phones by their type and what was answered.', [
      'type',
      'status',
    ]),
    credits: counter(
      'credits_recorded_total',
      'Credits told by phone, push or backend; a consent of which two tell is counted for each.',
      ['kind', 'source'],
    ),
    calls: counter(
      'wechat_calls_total',
      'Calls of WeChat by what became of them: answered, not_sent or unknown.',
      ['endpoint', 'result', 'errcode'],
    ),
    callSeconds: histogram(
      'wechat_call_duration_seconds',
      'Until a call of WeChat was answered or given up.',
      ['endpoint'],
    ),
    lateReplies: counter(
      'wechat_late_replies_total',
      'Calls of WeChat that were given up, and what came of them after all.',
      ['endpoint', 'result'],
    ),
    tokens: counter(
      'token_fetches_total',
      'Times that an access_token was fetched: fetched, refused or unreachable.',
      ['app', 'outcome'],
    ),
    stops: new Gauge({
      name: 'wx_reach_channel_stopped',
      help: '1 while WeChat takes nothing on a channel of an app: shut, or a pause until midnight.',
      labelNames: ['app', 'channel', 'kind'],
      registers,
      async collect() {
        this.reset()
        for (const { value, ...labels } of await read.stops()) this.set(labels, value)
      },
    }),
    writeSeconds: histogram(
      'store_write_duration_seconds',
      'From asking the store for a write until it is durable.',
      ['operation'],
    ),
    writing: new Gauge({
      name: 'wx_reach_store_writes_waiting',
      help: 'Writes that were asked of the store and are not durable yet.',
      registers,
      collect() {
        this.set(read.writing())
      },
    }),
  }
}
