/**
 * Every control that the sandbox has, under the name of its function. Their order is that of the
 * document, and of the examples in it, of which one may need those before.
 */
import { contentJudgements } from './content-security.ts'
import { splitInput, type Control, type ControlledSandbox } from './control.ts'
import { links } from './links.ts'
import { calls, faults, inbox, reset } from './observation.ts'
import { clock, cloudRun, edition, notices, pages, penalties, quotas, secret } from './platform.ts'
import { pushConfig, pushes, pushList } from './pushes.ts'
import { formIds, prepayIds, subscriptions } from './rights.ts'
import { stateLoad, stateSave } from './state.ts'
import {
  applicationList,
  applications,
  officialAccounts,
  review,
  templateList,
  templates,
} from './templates.ts'
import { loginCodes, phoneCodes, shareInfo, users } from './users.ts'
import { worldEnd, worldList } from './worlds.ts'

export const controls = {
  addUser: users,
  issueLoginCode: loginCodes,
  encryptShareInfo: shareInfo,
  issuePhoneCode: phoneCodes,
  submitForm: formIds,
  pay: prepayIds,
  configurePushes: pushConfig,
  push: pushes,
  answerSubscription: subscriptions,
  listPushes: pushList,
  listInbox: inbox,
  addTemplate: templates,
  listTemplates: templateList,
  applyForTemplate: applications,
  listApplications: applicationList,
  reviewApplication: review,
  bindOfficialAccount: officialAccounts,
  judgeContent: contentJudgements,
  setPages: pages,
  listLinks: links,
  setQuotas: quotas,
  punish: penalties,
  listNotices: notices,
  resetSecret: secret,
  setEdition: edition,
  setCloudRun: cloudRun,
  advanceClock: clock,
  listCalls: calls,
  addFault: faults,
  listWorlds: worldList,
  endWorld: worldEnd,
  saveState: stateSave,
  loadState: stateLoad,
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
    const call = async (input: object = {}) => {
      const { signal } = new AbortController()
      return control.run({ ...splitInput(control.path, input), query: {}, signal }, sandbox)
    }
    return [name, call]
  })
  return Object.fromEntries(functions) as ControlFunctions
}
