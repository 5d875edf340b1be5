/** Every control that the sandbox has, under the name of its function. */
import type { Control, ControlledSandbox } from './control.ts'
import { calls, faults, inbox, reset } from './observation.ts'
import { clock, edition, notices, pages, penalties, quotas, secret } from './platform.ts'
import { pushConfig, pushes, pushList } from './pushes.ts'
import { formIds, prepayIds, subscriptions } from './rights.ts'
import { applicationList, applications, review, templates } from './templates.ts'
import { loginCodes, shareInfo, users } from './users.ts'

export const controls = {
  addUser: users,
  issueLoginCode: loginCodes,
  submitForm: formIds,
  pay: prepayIds,
  encryptShareInfo: shareInfo,
  answerSubscription: subscriptions,
  addTemplate: templates,
  applyForTemplate: applications,
  listApplications: applicationList,
  reviewApplication: review,
  setPages: pages,
  setQuotas: quotas,
  punish: penalties,
  listNotices: notices,
  resetSecret: secret,
  configurePushes: pushConfig,
  push: pushes,
  listPushes: pushList,
  setEdition: edition,
  listInbox: inbox,
  advanceClock: clock,
  addFault: faults,
  listCalls: calls,
  reset,
}

/** As functions. Each rejects with a `ControlError` where its path replies 400 or 404. */
export type ControlFunctions = {
  [Name in keyof typeof controls]: (typeof controls)[Name] extends Control<infer Input, infer Reply>
    ? (...args: Arguments<Input>) => Promise<Reply>
    : never
}

/** What has no required field needs no argument. */
type Arguments<Input> = object extends Input ? [input?: Input] : [input: Input]

export function controlFunctions(sandbox: ControlledSandbox): ControlFunctions {
  const functions = Object.entries(controls).map(([name, control]) => {
    const names = [...control.path.matchAll(/:(\w+)/g)].map(([, param]) => param!)
    const call = async (input: Readonly<Record<string, unknown>> = {}) => {
      const body = Object.entries(input).filter(([field]) => !names.includes(field))
      const request = {
        body: Object.fromEntries(body),
        params: Object.fromEntries(names.map((param) => [param, String(input[param])])),
        query: {},
        signal: new AbortController().signal,
      }
      return control.run(request, sandbox)
    }
    return [name, call]
  })
  return Object.fromEntries(functions) as ControlFunctions
}
