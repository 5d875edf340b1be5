/** The links that an account generated: URL Links, URL Schemes and Short Links. */
import Type from 'typebox'
import type { Random } from '../../runtime/world.ts'
import { linkRules } from '../rules/links.ts'
import { EpochMs, Fields, type Memory } from '../rules/memory.ts'

const Link = Fields({
  /** As the call that generated it got it. */
  link: Type.String(),
  kind: Type.Enum(['urlLink', 'scheme', 'shortLink']),
  /** Empty: the home page. */
  path: Type.String(),
  query: Type.String(),
  envVersion: Type.Enum(['release', 'trial', 'develop']),
  /** Of a Short Link. */
  title: Type.Optional(Type.String()),
  /** Of a URL Link, as the call carried it. It has no effect. */
  cloudBase: Type.Optional(Type.Unknown()),
  /** Absent: never. */
  endsAtMs: Type.Optional(EpochMs),
})
export type Link = Memory<typeof Link>

export const LinksMemory = Type.Array(Link)

export interface Links {
  /** Returns the new link. */
  add(link: Omit<Link, 'link'>): string
  /** Oldest first. */
  list(): Link[]
}

export function createLinks(links: Link[], random: Random): Links {
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
