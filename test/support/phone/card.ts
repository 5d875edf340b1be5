/** A card in a chat: what a share handler made of it, with the platform's defaults. */
import type { EnterOptions } from '../../../miniprogram/client/platform'

export interface Card {
  title: string
  path: string
  imageUrl: string
}

export interface CardContent {
  title?: string
  path?: string
  imageUrl?: string
}

export function createCard(content: CardContent | void, page: { route?: string }): Card {
  const { title, path, imageUrl } = content || {}
  return {
    title: title || 'the app',
    path: path || `/${page.route}`,
    imageUrl: imageUrl || 'the top of the page',
  }
}

/** The options with which the platform opens a card; values of the query stay as they stand in the path. */
export function optionsOf(card: Card, more: Partial<EnterOptions> = {}): EnterOptions {
  const [path = '', search = ''] = card.path.replace(/#.*/, '').split('?')
  const query: Record<string, string> = {}
  for (const pair of search.split('&').filter(Boolean)) {
    const at = pair.indexOf('=')
    query[at < 0 ? pair : pair.slice(0, at)] = at < 0 ? '' : pair.slice(at + 1)
  }
  return { path: path.replace(/^\//, ''), query, scene: 1008, ...more }
}
