/** Which pages the published mini-program has. */
import Type from 'typebox'
import { Fields, type Memory } from '../rules/memory.ts'

export const PagesMemory = Fields({
  /** Absent: every well-formed page exists. */
  pages: Type.Optional(Type.Array(Type.String())),
  home: Type.Optional(Type.String()),
  published: Type.Optional(Type.Boolean()),
})
type PageSettings = Memory<typeof PagesMemory>

export interface Pages {
  /** Leaves what is not named as it was. */
  set(settings: PageSettings): void
  current(): PageSettings
  /** The home page that was set, else the first page, as in app.json. */
  home(): string | undefined
  /** Takes a page as an API call carries it: a query is allowed. */
  exists(page: string): boolean
}

/** A path without a leading slash, and perhaps a query: `index?foo=bar` (seeds/001). */
const wellFormed = /^(?!\/)[^?#\s:]+(\?[^#\s]*)?$/

export function createPages(current: PageSettings): Pages {
  return {
    set: (settings) => void Object.assign(current, settings),
    current: () => ({ ...current }),
    home: () => current.home ?? current.pages?.[0],
    exists(page) {
      if (current.published === false || !wellFormed.test(page)) return false
      return current.pages?.includes(page.split('?')[0]!) ?? true
    },
  }
}
