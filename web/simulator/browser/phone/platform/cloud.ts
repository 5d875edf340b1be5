/** `wx.cloud`: it starts, so that what needs no cloud goes on, and each of its calls fails. */
import type { Device } from '../../device.ts'

const lacking = '模拟器没有 / is not played'

/** Those that take `success` and `fail`, or give a promise. */
const calls = [
  'callFunction',
  'callContainer',
  'uploadFile',
  'downloadFile',
  'getTempFileURL',
  'deleteFile',
]

interface Options {
  fail?: (error: object) => void
  complete?: (error: object) => void
}

export function createCloud(device: Device): Record<string, unknown> {
  const call = (name: string) => (options: Options) => {
    const error = { errCode: -1, errMsg: `cloud.${name}:fail ${lacking}` }
    device.problem(`wx.cloud.${name}: ${lacking}`)
    device.note({ name: `cloud.${name}`, detail: '', outcome: error.errMsg })
    if (!options?.fail && !options?.complete) return Promise.reject(error)
    void Promise.resolve().then(() => {
      options.fail?.(error)
      options.complete?.(error)
    })
    return undefined
  }
  return {
    init() {},
    database() {
      throw new Error(`wx.cloud.database: ${lacking}`)
    },
    ...Object.fromEntries(calls.map((name) => [name, call(name)])),
  }
}
