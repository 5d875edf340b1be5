import { describe, expect, it } from '@jest/globals'
import { start, submit } from '../support/phone/start'

describe('a submitted form', () => {
  it('is recorded with page and time, and the handler gets all arguments [case 2]', async () => {
    const { reach, phone, life } = start()
    const seen: unknown[] = []
    const page = life.open(
      {
        bindsubmit: reach.formSubmit(function (this: unknown, event: object) {
          seen.push(this, event)
          return 'mine'
        }),
      },
      { route: 'pages/form' },
    )
    const event = { detail: { formId: 'abc123', value: { name: 'x' } } }
    expect((page.bindsubmit as (event: object) => unknown).call(page, event)).toBe('mine')
    expect(seen).toEqual([page, event])
    await phone.clock.settle()
    expect(phone.server.events).toEqual([
      expect.objectContaining({
        type: 'form.submitted',
        formId: 'abc123',
        page: 'pages/form',
        at: 1_700_000_000_000,
      }),
    ])
  })

  it('has the tag of its page, and none without', async () => {
    const { reach, phone } = start()
    const submitted = (formId: string) => ({ detail: { formId, value: {} } })
    reach.formSubmit(() => {}, { tag: 'autumn' })(submitted('abc123'))
    reach.formSubmit(() => {})(submitted('def456'))
    await phone.clock.settle()
    expect(phone.server.events).toMatchObject([{ formId: 'abc123', tag: 'autumn' }, {}])
    expect(phone.server.events[1]).not.toHaveProperty('tag')
  })

  it('is queued though the handler throws', () => {
    const { reach } = start()
    const handler = reach.formSubmit(() => {
      throw new Error('mine')
    })
    expect(() => handler({ detail: { formId: 'abc123', value: {} } })).toThrow('mine')
    expect(reach.inspect().queued).toHaveLength(1)
  })

  it.each([
    [''],
    [undefined],
    ['undefined'],
    ['the formId is a mock one'],
    ['the formId is no longer available in develop or trial version of this mini program'],
    ['requestFormId:fail'],
    ['requestFormId:fail system error'],
    ['x'.repeat(129)],
  ])(
    'is no credit where the formId is %p, and the developer hears of it once [case 27]',
    (formId) => {
      const { reach, life } = start()
      submit(reach, formId)
      submit(reach, formId)
      expect(reach.inspect().queued).toEqual([])
      expect(life.warnings).toEqual([expect.stringContaining('not_a_form_id')])
    },
  )

  it('reaches its handler though the library fails, with a warning [case 3]', () => {
    const { reach, life } = start()
    life.world.pages = () => {
      throw new Error('no stack here')
    }
    const submitted = reach.formSubmit(() => 'mine')
    expect(submitted({ detail: { formId: 'abc123', value: {} } })).toBe('mine')
    expect(life.warnings).toEqual([expect.stringContaining('#failed (Error: no stack here)')])
  })

  it('without any event throws nothing of ours', () => {
    const { reach } = start()
    expect(() => (reach.formSubmit() as () => void)()).not.toThrow()
  })
})

describe('a payment', () => {
  it('is recorded with its prepay_id, and nothing that is none', async () => {
    const { reach, phone, life } = start()
    reach.payment('prepay_id=wx123')
    reach.payment(undefined as never)
    await phone.clock.settle()
    expect(phone.server.events).toEqual([
      expect.objectContaining({ type: 'payment.made', prepayId: 'prepay_id=wx123' }),
    ])
    expect(life.warnings).toEqual([expect.stringContaining('not_a_prepay_id')])
  })
})

describe('a payment that cannot be recorded', () => {
  it('throws nothing at the page that made it [case 3]', () => {
    const { reach, life } = start()
    life.world.now = () => {
      throw new Error('no clock')
    }
    expect(() => reach.payment('prepay_id=wx123')).not.toThrow()
    expect(life.warnings).toEqual([expect.stringContaining('#failed (Error: no clock)')])
  })
})

describe('a request for subscriptions', () => {
  const result = {
    errMsg: 'requestSubscribeMessage:ok',
    a: 'accept',
    b: 'newWord',
    other: 'accept',
  }

  it('reaches the platform within the tap [case 28]', () => {
    const { reach, life } = start()
    void reach.subscribe({ tmplIds: ['a'] })
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['requestSubscribeMessage'])
  })

  it('passes the result through and records the answer for each template [case 28]', async () => {
    const { reach, life, phone } = start()
    life.wx.results.requestSubscribeMessage = () => result
    expect(await reach.subscribe({ tmplIds: ['a', 'b', 'c'] })).toEqual(result)
    await phone.clock.settle()
    expect(phone.server.events).toEqual([
      expect.objectContaining({
        type: 'subscription.answered',
        answers: { a: 'accept', b: 'newWord' },
      }),
    ])
  })

  it('has the tag of its page', async () => {
    const { reach, life, phone } = start()
    life.wx.results.requestSubscribeMessage = () => result
    await reach.subscribe({ tmplIds: ['a'], tag: '订单' })
    await phone.clock.settle()
    expect(phone.server.events).toMatchObject([{ answers: { a: 'accept' }, tag: '订单' }])
  })

  it('calls the callbacks that it was given', async () => {
    const { reach, life, phone } = start()
    const seen: unknown[] = []
    life.wx.results.requestSubscribeMessage = () => result
    const nothing = reach.subscribe({
      tmplIds: ['a'],
      success: (given) => void seen.push(given),
      complete: (given) => void seen.push(given),
    })
    await phone.clock.settle()
    expect(nothing).toBeUndefined()
    expect(seen).toEqual([result, result])
    expect(phone.server.events).toHaveLength(1)
  })

  it('that the platform refuses is refused, and no event', async () => {
    const { reach, life, phone } = start()
    const error = { errMsg: 'requestSubscribeMessage:fail', errCode: 20004 }
    life.wx.results.requestSubscribeMessage = () => error
    await expect(reach.subscribe({ tmplIds: ['a'] })).rejects.toEqual(error)
    await phone.clock.settle()
    expect(phone.network.requests).toEqual([])
  })

  it('gives its result though recording fails [case 28]', async () => {
    const { reach, life } = start()
    life.wx.results.requestSubscribeMessage = () => result
    life.world.now = () => {
      throw new Error('no clock')
    }
    expect(await reach.subscribe({ tmplIds: ['a'] })).toEqual(result)
  })
})
