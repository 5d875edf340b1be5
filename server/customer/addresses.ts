/** Where links and cards lead. Each function names what is wrong; `undefined`: nothing. */

const maxPath = 1024

/** A page of the mini-program as app.json names it, a query allowed (seeds/000 说明 2). */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (path.startsWith('/')) return 'must not begin with a slash: write it as in app.json'
  if (/[\s\p{Cc}]/u.test(path)) return 'holds a space or a control character: encode it'
  if (path.length > maxPath) return `is longer than ${maxPath} characters`
  return undefined
}

/** An address of the web. */
export function hrefProblem(href: string): string | undefined {
  const { protocol } = URL.canParse(href) ? new URL(href) : { protocol: '' }
  if (!/^https?:$/.test(protocol)) return 'must be an address that begins with https:// or http://'
  return /[\s\p{Cc}]/u.test(href) ? 'holds a space or a control character: encode it' : undefined
}
