/** The addresses of all screens. A screen that links to another one names it here. */

/** `:name?` is a part that may be absent. Below the console's base. */
export const paths = {
  overview: '/',
  users: '/users/:openId?',
  messages: '/messages/:id?',
  compose: '/compose',
  broadcasts: '/broadcasts/:id?',
  shares: '/shares/:shareId?',
  groups: '/groups/:openGId?',
  templates: '/templates/:templateId?',
  codes: '/codes/:id?',
  pushes: '/pushes',
  customer: '/customer/:openId?',
  settings: '/settings/:section?',
  world: '/world',
} as const

export type ScreenName = keyof typeof paths

type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}?` ? Name : never

/** The parts of a screen's path, by name. */
export type Params<Name extends ScreenName = ScreenName> = {
  [Part in ParamsOf<(typeof paths)[Name]>]?: string | undefined
}

export type Query = Readonly<Record<string, string | undefined>>

export interface Target<Name extends ScreenName = ScreenName> {
  screen: Name
  params?: Params<Name>
  query?: Query
}

export interface Location {
  /** Absent: there is no such page. */
  screen: ScreenName | undefined
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
}

/** @returns a path without a leading slash, so that it resolves against the console's base */
export function pathOf({ screen, params = {}, query = {} }: Target): string {
  const parts = paths[screen].split('/').flatMap((part) => {
    if (!part.startsWith(':')) return [part]
    const value = (params as Record<string, string | undefined>)[part.slice(1, -1)]
    return value === undefined ? [] : [encodeURIComponent(value)]
  })
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1])
  const search = new URLSearchParams(given).toString()
  return parts.join('/').replace(/^\//, '') + (search && `?${search}`)
}

/** @param path below the base, with or without a leading slash */
export function locationOf(path: string, search: string): Location {
  const query = Object.fromEntries(new URLSearchParams(search))
  const given = path.split('/').filter(Boolean)
  for (const screen of Object.keys(paths) as ScreenName[]) {
    const params = paramsOf(paths[screen].split('/').filter(Boolean), given)
    if (params) return { screen, params, query }
  }
  return { screen: undefined, params: {}, query }
}

function paramsOf(pattern: string[], given: string[]): Record<string, string> | undefined {
  if (given.length > pattern.length) return undefined
  const params: Record<string, string> = {}
  for (const [n, part] of pattern.entries()) {
    const value = given[n]
    if (part.startsWith(':')) {
      if (value === undefined) continue
      const decoded = textOf(value)
      if (decoded === undefined) return undefined
      params[part.slice(1, -1)] = decoded
    } else if (part !== value) return undefined
  }
  return params
}

function textOf(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
