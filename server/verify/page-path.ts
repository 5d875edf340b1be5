/** A page of the mini-program, as requests name it: in messages, in links and in codes. */
import { maxPagePath } from '../rules/values.ts'

/**
 * What is wrong with a page as app.json names it, with or without a query (seeds/000 说明 2,
 * seeds/001 page, seeds/004 page). `undefined`: nothing. Only WeChat knows whether the page exists.
 */
export function pageProblem(path: string): string | undefined {
  if (path.trim() === '') return 'is empty'
  if (/^[a-z][a-z\d+.-]*:|^\/\//i.test(path)) {
    return 'is a web address: name a page of this mini-program as in app.json'
  }
  if (path.startsWith('/')) return 'must not begin with a slash: write it as in app.json'
  if (/^[?#&]/.test(path)) return 'names no page before its query: write it as in app.json'
  if (/[\s\p{Cc}]/u.test(path)) return 'holds a space or a control character: encode it'
  return path.length > maxPagePath ? `is longer than ${maxPagePath} characters` : undefined
}
