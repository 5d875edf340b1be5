import Type from 'typebox'
import { control } from './control.ts'

/** The rules of another time, from the next call on. */
export const edition = control({
  method: 'POST',
  path: '/sandbox/edition',
  fields: { edition: Type.Enum(['2018', '2026']) },
  act({ body, account, sandbox }) {
    sandbox.setEdition(account(), body.edition)
    return { edition: body.edition }
  },
})
