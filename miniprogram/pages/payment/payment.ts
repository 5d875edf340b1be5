import { backend, type BackendError, type Order } from '../../backend'
import { readTexts, switchLanguage } from '../../language'
import { reach, rights } from '../../reach'

type Outcome = 'none' | 'paid' | 'payCancelled' | 'payFailed'

Page({
  data: {
    words: readTexts(),
    outcome: 'none' as Outcome,
    /** What stood in the way: a key of `words`, or the platform's words. */
    problem: '',
    /** How many template messages the server may send now; `null`: it is not known. */
    rights: null as number | null,
    paidOrder: '',
    /** The state of the message: a key of `words.receipts`; and why it was refused. */
    receipt: '',
    reason: '',
    busy: false,
  },

  onShow() {
    this.setData({ words: readTexts() })
    void this.countRights()
  },

  async pay() {
    this.setData({ busy: true, problem: '', receipt: '', reason: '', paidOrder: '' })
    try {
      this.requestPayment(await backend.order())
    } catch (error) {
      this.fail(error as BackendError)
    }
  },

  requestPayment({ id, payment }: Order) {
    wx.requestPayment({
      ...payment,
      success: () => {
        // The right to three messages. The library takes the package as it is.
        reach.payment(payment.package)
        this.setData({ outcome: 'paid', paidOrder: id })
        void this.countRights()
      },
      fail: ({ errMsg }) => {
        const cancelled = /cancel/.test(errMsg)
        this.setData({ outcome: cancelled ? 'payCancelled' : 'payFailed' })
        if (!cancelled) this.setData({ problem: errMsg })
      },
      complete: () => this.setData({ busy: false }),
    })
  },

  async sendReceipt() {
    this.setData({ busy: true })
    try {
      const { state, reason = '' } = await backend.receipt(this.data.paidOrder)
      this.setData({ receipt: state, reason, busy: false })
      await this.countRights()
    } catch (error) {
      this.fail(error as BackendError)
    }
  },

  async countRights() {
    try {
      // What is still queued on the phone is unknown to the server.
      await reach.flush()
      const { template } = await rights(reach)
      this.setData({ rights: template.uses })
    } catch {
      this.setData({ rights: null })
    }
  },

  fail({ status }: BackendError) {
    this.setData({ problem: status === 404 ? 'noRoute' : 'noBackend', busy: false })
  },

  changeLanguage() {
    this.setData({ words: switchLanguage() })
  },
})
