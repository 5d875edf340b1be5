import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createLedger } from '../../server/ledger/send.ts'
import { sendRules } from '../../server/rules/sending.ts'
import { StoreClosedError, StoreUnavailableError } from '../../server/store/store.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import { answered, lost, notSent, createLedgerFixture, request } from './ledger-fixture.ts'
import type { Answer, LedgerFixture } from './ledger-fixture.ts'

const app = { appId: 'wx0000000000000001', secret: 's', edition: '2018' } as const

describe('the ledger', () => {
  let fixture: LedgerFixture
  beforeEach(() => {
    fixture = createLedgerFixture()
  })
  afterEach(() => fixture.store.close())

  async function sendKey() {
    const sent = await fixture.ledger.send(app, request, 'key')
    if (sent.was === 'conflict') throw new Error('The body is the same.')
    return sent
  }

  it('sends once with one credit, however many send at once', async () => {
    await fixture.credit('f1')
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => fixture.send(`key ${n}`)))
    expect(all.filter(({ state }) => state === 'sent')).toHaveLength(1)
    expect(fixture.presented).toEqual(['f1'])
    expect(await fixture.uses()).toEqual({ free: 0, reserved: 0 })
  })

  it('makes one message of one key in parallel, with the same end for every caller', async () => {
    await fixture.credit('f1')
    await fixture.credit('f2')
    const all = await Promise.all(
      Array.from({ length: 20 }, () => fixture.ledger.send(app, request, 'key')),
    )
    const ends = await Promise.all(
      all.map((one) => (one.was === 'conflict' ? undefined : one.attempted)),
    )
    expect(new Set(ends.map((end) => end?.id)).size).toBe(1)
    expect(ends.every((end) => end?.state === 'sent')).toBe(true)
    expect(all.filter(({ was }) => was === 'new')).toHaveLength(1)
    expect(fixture.presented).toEqual(['f1'])
  })

  it('refuses a message whose turn does not come, and keeps the credit', async () => {
    await fixture.credit('f1')
    const sent = await fixture.ledger.send(app, request, 'key', { turn: async () => false })
    if (sent.was === 'conflict') throw new Error('The key is new.')
    expect(await sent.attempted).toMatchObject({ state: 'refused', reason: { code: 'deadline' } })
    expect(fixture.presented).toEqual([])
    expect(await fixture.uses()).toEqual({ free: 1, reserved: 0 })
  })

  it('recognises the same request in any order of its fields, and a different one', async () => {
    const { openId, channel, ...rest } = request
    await fixture.ledger.send(app, request, 'key')
    const reordered = await fixture.ledger.send(app, { ...rest, channel, openId }, 'key')
    expect(reordered.was).toBe('replayed')
    const other = await fixture.ledger.send(app, { ...request, page: 'index' }, 'key')
    expect(other.was).toBe('conflict')
  })

  it('passes every field of the message on, and the credit', async () => {
    await fixture.credit('f1')
    const calls: unknown[] = []
    const whole = { ...request, page: 'index?a=b', emphasisKeyword: 'keyword1.DATA', color: '#fff' }
    const ledger = createLedger({
      ...fixture,
      apps: { find: () => app },
      senders: {
        ...fixture.senders,
        template: async (_, call) => {
          calls.push(call)
          return answered(0)
        },
      },
    })
    const sent = await ledger.send(app, whole, 'key')
    await (sent.was === 'new' && sent.attempted)
    const { channel: _, openId, ...fields } = whole
    expect(calls).toEqual([{ openId, ref: 'f1', fields }])
  })

  it('resolves a send before the call ends; idle waits for all calls', async () => {
    await fixture.credit('f1')
    let answer: (reply: Awaited<Answer>) => void = () => {}
    fixture.answers.push(new Promise<Awaited<Answer>>((resolve) => (answer = resolve)))
    const sent = await fixture.ledger.send(app, request, 'key')
    expect(sent).toMatchObject({ was: 'new', message: { state: 'sending' } })
    const all = fixture.ledger.idle()
    answer(answered(0))
    await all
    expect(await fixture.send('key')).toMatchObject({ state: 'sent' })
  })

  it('idle waits for a send whose credit is still being reserved', async () => {
    await fixture.credit('f1')
    const sending = fixture.ledger.send(app, request, 'key')
    await fixture.ledger.idle()
    expect(fixture.presented).toEqual(['f1'])
    expect(await fixture.send('key')).toMatchObject({ state: 'sent' })
    await sending
  })

  it('does not try for ever to write an outcome to a store that was closed', async () => {
    await fixture.credit('f1')
    let answer: (reply: Awaited<Answer>) => void = () => {}
    fixture.answers.push(new Promise<Awaited<Answer>>((resolve) => (answer = resolve)))
    const { attempted } = await sendKey()
    await fixture.store.close()
    answer(answered(0))
    await expect(attempted).rejects.toThrow(StoreClosedError)
  })

  it('resolves a waiting caller once a busy platform has accepted the message', async () => {
    await fixture.credit('f1')
    fixture.answers.push(notSent)
    const waiting = new AbortController()
    const [first, again] = [await sendKey(), await sendKey()]
    await fixture.ledger.idle()
    expect(await first.attempted).toMatchObject({ state: 'queued' })
    const waits = [first, again, await sendKey()].map(({ final }) => final(waiting))
    fixture.world.monotonic.advance(60_000)
    expect(await fixture.ledger.resume()).toBe(1)
    for (const end of waits) expect(await end).toMatchObject({ state: 'sent', attempts: 2 })
  })

  it('resolves a waiting caller when the deadline comes', async () => {
    await fixture.credit('f1')
    fixture.answers.push(notSent)
    const final = (await sendKey()).final(new AbortController())
    await fixture.ledger.idle()
    fixture.world.clock.advance(sendRules.deadlineMs)
    fixture.world.monotonic.advance(60_000)
    await fixture.ledger.resume()
    expect(await final).toMatchObject({ state: 'refused', reason: { code: 'deadline' } })
  })

  it('resolves a caller who waits in another process as soon as this one has sent', async () => {
    await fixture.credit('f1')
    let answer: (reply: Awaited<Answer>) => void = () => {}
    fixture.answers.push(new Promise<Awaited<Answer>>((resolve) => (answer = resolve)))
    await sendKey()
    const elsewhere = await fixture.another('another process').send(app, request, 'key')
    if (elsewhere.was !== 'replayed') throw new Error(`It was ${elsewhere.was}.`)
    const waiting = new AbortController()
    const final = elsewhere.final(waiting)
    answer(answered(0))
    expect(await final).toMatchObject({ state: 'sent', attempts: 1 })
    expect(fixture.presented).toEqual(['f1'])
  })

  it('stops reading the message once its caller has gone', async () => {
    await fixture.credit('f1')
    fixture.answers.push(notSent)
    const reads: string[] = []
    const store = {
      ...fixture.store,
      findMessage: (...args: Parameters<LedgerFixture['store']['findMessage']>) => {
        reads.push(args[1])
        return fixture.store.findMessage(...args)
      },
    }
    const ledger = fixture.another('this process', store)
    const sent = await ledger.send(app, request, 'key')
    const waiting = new AbortController()
    if (sent.was !== 'conflict') void sent.final(waiting)
    await ledger.idle()
    while (reads.length < 3) await new Promise(setImmediate)
    waiting.abort()
    const until = reads.length
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
    expect(reads).toHaveLength(until)
  })

  it('writes the outcome once an unreachable database is reachable again', async () => {
    await fixture.credit('f1')
    let failures = 3
    const store = {
      ...fixture.store,
      settle: async (input: Parameters<LedgerFixture['store']['settle']>[0]) => {
        if (failures-- > 0) throw new StoreUnavailableError('away')
        return fixture.store.settle(input)
      },
    }
    const { world, senders } = fixture
    const ledger = createLedger({ store, world, apps: { find: () => app }, senders })
    const sent = await ledger.send(app, request, 'key')
    expect(sent.was === 'new' && (await sent.attempted)).toMatchObject({
      state: 'sent',
      attempts: 1,
    })
  })
})

describe('a process that was killed between reserve and settle', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reach-'))
    path = join(folder, 'fixture.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Ends with one leased message, whose call has no reply. */
  async function leaveMessage(kind: 'form' | 'payment') {
    const fixture = createLedgerFixture((world) => createSqliteStore({ path, world }))
    await fixture.credit('c1', kind)
    await fixture.credit('f2')
    fixture.answers.push(new Promise(() => {}))
    const sent = await fixture.ledger.send(app, request, 'key')
    await fixture.store.close()
    if (sent.was !== 'new') throw new Error('The key is new.')
    return sent.message.id
  }
  async function resumeWith(answers: Answer[]) {
    const fixture = createLedgerFixture((world) => createSqliteStore({ path, world }))
    fixture.answers.push(...answers)
    const resolved = await fixture.another('second').resume()
    return { ...fixture, resolved }
  }

  it.each([
    [0, false],
    [41029, true],
  ])(
    'has its message settled by another holder with the same formId: %i',
    async (errcode, inferred) => {
      const id = await leaveMessage('form')
      const fixture = await resumeWith([answered(errcode)])
      expect(fixture.resolved).toBe(1)
      expect(fixture.presented).toEqual(['c1'])
      expect(await fixture.store.findMessage(app.appId, id)).toMatchObject({
        state: 'sent',
        inferred,
      })
      expect(await fixture.uses()).toEqual({ free: 1, reserved: 0 })
      await fixture.store.close()
    },
  )

  it('leaves the message unknown after three lost calls with a form', async () => {
    const id = await leaveMessage('form')
    const fixture = await resumeWith([lost, lost, lost])
    expect(fixture.presented).toEqual(['c1', 'c1', 'c1'])
    expect(await fixture.store.findMessage(app.appId, id)).toMatchObject({ state: 'unknown' })
    await fixture.store.close()
  })

  it('leaves the message of a payment unknown without a call, its use spent', async () => {
    const id = await leaveMessage('payment')
    const fixture = await resumeWith([])
    expect(fixture.presented).toEqual([])
    expect(await fixture.store.findMessage(app.appId, id)).toMatchObject({
      state: 'unknown',
      reason: { code: 'outcome_unknown' },
    })
    expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
    await fixture.store.close()
  })

  it('and still runs loses its lease to another holder after a time', async () => {
    const fixture = createLedgerFixture((world) => createSqliteStore({ path, world }))
    await fixture.credit('f1')
    fixture.answers.push(new Promise(() => {}))
    const sent = await fixture.ledger.send(app, request, 'key')
    fixture.world.clock.advance(1_000_000)
    expect(await fixture.another('second').resume()).toBe(0)
    fixture.world.monotonic.advance(60_000)
    expect(await fixture.another('second').resume()).toBe(1)
    if (sent.was !== 'new') throw new Error('The key is new.')
    const found = await fixture.store.findMessage(app.appId, sent.message.id)
    expect(found).toMatchObject({ state: 'sent' })
    await fixture.store.close()
  })
})
