/**
 * The backend of the demo's mini-program, as every team has one: a sign-in, a shop and a ranking.
 * It calls wx-reach in its own process. The sandbox is its WeChat, WeChat Pay included.
 */
import type { IncomingMessage, RequestListener } from 'node:http'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import rawBody from 'raw-body'
import { fetch } from 'undici'
import type { ReachApi } from '../client/api.ts'
import { ReachError } from '../client/errors.ts'
import { isObject, makeToken, type JsonObject } from '../runtime/encoding.ts'
import type { Random } from '../runtime/world.ts'
import { groupRanking } from './demo-ranking.ts'

interface DemoBackendOptions {
  reach: ReachApi
  app: { appId: string; secret: string }
  /** The sandbox's address. */
  sandbox: string
  random: Random
}

/** Of the templates that every sandbox has. */
const receiptTemplate = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
const product = { shop: 'wx-reach 咖啡馆', name: '咖啡' }
const longestBody = '8kb'

/** Answers below `/demo`. Its sessions and orders are in memory: after a restart phones sign in. */
export function createDemoBackend({
  reach,
  app: { appId, secret },
  sandbox,
  random,
}: DemoBackendOptions): RequestListener {
  /** Sessions of its own, token → openId. */
  const sessions = new Map<string, string>()
  /** Order → who ordered. */
  const orders = new Map<string, string>()

  function userOf(ctx: Context): string {
    const token = ctx.get('authorization').replace(/^Bearer /, '')
    return sessions.get(token) ?? ctx.throw(401, 'Sign in first: POST /demo/session.')
  }

  async function signIn(ctx: Context): Promise<{ token: string }> {
    const code = text(ctx, await bodyOf(ctx), 'code')
    const query = new URLSearchParams({
      appid: appId,
      secret,
      js_code: code,
      grant_type: 'authorization_code',
    })
    const answer = await ask(`${sandbox}/sns/jscode2session?${query}`)
    const { openid: openId, session_key: sessionKey } = answer
    if (typeof openId !== 'string' || typeof sessionKey !== 'string') {
      return ctx.throw(422, 'WeChat does not accept the code: call wx.login again.')
    }
    // A sign-in replaces the user's session_key, which wx-reach needs to decrypt groups.
    await reach.createSession({ openId, sessionKey })
    const token = makeToken(random)
    sessions.set(token, openId)
    return { token }
  }

  /** 下单: what the phone hands to `wx.requestPayment`. */
  async function order(openId: string) {
    const { prepayId } = await ask(`${sandbox}/sandbox/prepay-ids`, { appId, openId })
    const id = random(8).toString('hex')
    orders.set(id, openId)
    return {
      id,
      payment: {
        timeStamp: String(Math.floor(Date.now() / 1000)),
        nonceStr: random(16).toString('hex'),
        package: `prepay_id=${prepayId as string}`,
        signType: 'MD5',
        // WeChat Pay checks it by the merchant's key. The sandbox has none.
        paySign: random(16).toString('hex').toUpperCase(),
      },
    }
  }

  /** One receipt an order, however often it is asked for. */
  async function sendReceipt(ctx: Context, openId: string) {
    const id = String(ctx['params'].id)
    if (orders.get(id) !== openId) return ctx.throw(404, 'The user has no such order.')
    const { state, reason } = await reach.messages.send(
      {
        channel: 'template',
        openId,
        templateId: receiptTemplate,
        page: 'pages/payment/payment',
        data: {
          keyword1: { value: product.shop },
          keyword2: { value: new Date().toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' }) },
          keyword3: { value: product.name },
        },
      },
      { idempotencyKey: `receipt-${id}` },
    )
    return { state, ...(reason && { reason: reason.code }) }
  }

  async function groupOf(ctx: Context, openId: string): Promise<{ openGId: string }> {
    const body = await bodyOf(ctx)
    const encryptedData = text(ctx, body, 'encryptedData')
    const { openGId } = await reach.decrypt({ openId, encryptedData, iv: text(ctx, body, 'iv') })
    if (typeof openGId !== 'string') return ctx.throw(422, 'encryptedData holds no group.')
    return { openGId }
  }

  async function ranking(ctx: Context, openId: string) {
    const rows = await groupRanking(reach, String(ctx['params'].openGId), openId)
    return rows ? { rows } : ctx.throw(403, 'Only who was seen in the group sees its ranking.')
  }

  const router = new Router({ prefix: '/demo' })
  router.post('/session', async (ctx) => {
    ctx.body = await signIn(ctx)
  })
  router.post('/orders', async (ctx) => {
    ctx.body = await order(userOf(ctx))
  })
  router.post('/orders/:id/receipt', async (ctx) => {
    ctx.body = await sendReceipt(ctx, userOf(ctx))
  })
  router.post('/groups', async (ctx) => {
    ctx.body = await groupOf(ctx, userOf(ctx))
  })
  router.get('/groups/:openGId/ranking', async (ctx) => {
    ctx.body = await ranking(ctx, userOf(ctx))
  })

  const koa = new Koa()
  koa.use(errorsAsJson)
  koa.use(router.routes())
  return koa.callback()
}

/** A call of WeChat: a POST where there is a body. Its replies are JSON, errors included. */
async function ask(url: string, body?: object): Promise<JsonObject> {
  const reply = await fetch(url, {
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  return (await reply.json()) as JsonObject
}

async function errorsAsJson(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  try {
    await next()
    if (ctx.status === 404 && ctx.body === undefined) ctx.throw(404, 'The demo has no such route.')
  } catch (error) {
    const {
      status = 500,
      expose = false,
      message,
    } = error as Error & { status?: number; expose?: boolean }
    ctx.status = error instanceof ReachError ? (error.status ?? 502) : status
    ctx.body = { error: error instanceof ReachError || expose ? message : 'The demo has failed.' }
  }
}

async function bodyOf(ctx: { req: IncomingMessage } & Pick<Context, 'throw'>): Promise<JsonObject> {
  const given = await rawBody(ctx.req, { limit: longestBody, encoding: 'utf8' })
  try {
    const body: unknown = JSON.parse(given)
    if (isObject(body)) return body
  } catch {
    // Told below, as for JSON that is no object.
  }
  return ctx.throw(400, 'The body must be a JSON object.')
}

function text(ctx: Pick<Context, 'throw'>, body: JsonObject, field: string): string {
  const value = body[field]
  return typeof value === 'string' ? value : ctx.throw(400, `/${field} must be a text.`)
}
