/** Which pages the published mini-program has. */
export interface KnownPages {
  pages?: string[]
  home?: string
  published?: boolean
}

export interface Pages {
  /** What is not named stays as it was. */
  tell(known: KnownPages): void
  told(): KnownPages
  /** The one that was told, else the first page, as in app.json. */
  home(): string | undefined
  /** `page` as a call carries it, a query allowed. */
  exists(page: string): boolean
}

/** A path without a leading slash, and perhaps a query: `index?foo=bar` (seeds/001). */
const wellFormed = /^(?!\/)[^?#\s:]+(\?[^#\s]*)?$/

export function createPages(): Pages {
  let known: KnownPages = {}
  return {
    tell(more) {
      known = { ...known, ...more }
    },
    told: () => ({ ...known }),
    home: () => known.home ?? known.pages?.[0],
    exists(page) {
      if (known.published === false || !wellFormed.test(page)) return false
      // Until told, every well-formed page exists.
      return known.pages?.includes(page.split('?')[0]!) ?? true
    },
  }
}
