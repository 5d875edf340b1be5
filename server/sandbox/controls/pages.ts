import Type from 'typebox'
import { control, ControlError } from './control.ts'

/** As app.json names it. */
const Page = Type.String({ pattern: '^[^/?#\\s:][^?#\\s:]*$', maxLength: 1024 })

/** Which pages the mini-program has, and whether it is published. What is left out stays as it was. */
export const pages = control({
  method: 'POST',
  path: '/sandbox/pages',
  fields: {
    pages: Type.Optional(Type.Array(Page)),
    home: Type.Optional(Page),
    published: Type.Optional(Type.Boolean()),
  },
  act({ body, account }) {
    const known = account().pages
    const { pages: existing, home } = { ...known.told(), ...body }
    if (home !== undefined && existing && !existing.includes(home)) {
      throw new ControlError(400, '/home is none of the pages.')
    }
    known.tell(body)
    return known.told()
  },
})
