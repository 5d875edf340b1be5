import Type from 'typebox'
import { control, knownUser } from './control.ts'
import { Id } from './fields.ts'
import { issueRight } from './issue-right.ts'

/** The user submits a `<form report-submit>`. */
export const formIds = control({
  method: 'POST',
  path: '/sandbox/form-ids',
  fields: { openId: Id, formId: Type.Optional(Id) },
  act({ body, account }) {
    const app = account()
    return { formId: issueRight(app, 'form', knownUser(app, body.openId), body.formId) }
  },
})
