/** The links that an account generated: URL Links, URL Schemes and Short Links. */
import type { Random } from '../../runtime/world.ts'
import { linkRules, type LinkKind } from '../rules/links.ts'

export interface Link {
  /** As the call that generated it got it. */
  link: string
  kind: LinkKind
  /** Empty: the home page. */
  path: string
  query: string
  envVersion: 'release' | 'trial' | 'develop'
  /** Of a Short Link. */
  title?: string
  /** Of a URL Link, as the call carried it. It has no effect. */
  cloudBase?: object
  /** Absent: never. */
  endsAtMs?: number
}

export interface Links {
  /** Returns the new link. */
  add(link: Omit<Link, 'link'>): string
  /** Oldest first. */
  list(): Link[]
}

export function createLinks(random: Random): Links {
  const links: Link[] = []
  return {
    add(added) {
      const { ticketCharacters, address } = linkRules[added.kind]
      const link = address(newTicket(random, ticketCharacters), added.title ?? '')
      links.push({ link, ...added })
      return link
    },
    list: () => [...links],
  }
}

/** Letters and digits. 24 bytes leave enough of them. */
function newTicket(random: Random, characters: number): string {
  return random(24).toString('base64').replace(/[+/]/g, '').slice(0, characters)
}
