/** Every operation, with the route that it asks for. */
import { createApi } from '../../server/client/api.ts'

export interface Operation {
  /** `messages.send` */
  name: string
  /** `POST /v1/messages` */
  route: string
}

export function allOperations(): Operation[] {
  let asked = ''
  const api = createApi({
    async perform(route) {
      asked = route
      return { status: 202, header: () => undefined }
    },
    newIdempotencyKey: () => 'key',
  })
  const under = (operations: object, prefix: string): Operation[] =>
    Object.entries(operations).flatMap(([name, operation]) => {
      if (typeof operation !== 'function') return under(operation as object, `${name}.`)
      void (operation as (argument: object) => unknown)({})
      return [{ name: prefix + name, route: asked }]
    })
  return under(api, '')
}
