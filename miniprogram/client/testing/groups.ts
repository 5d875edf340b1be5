/** The groups that cards are opened in, and the tickets and encrypted data that stand for them. */
import type { EnterOptions } from '../platform'

/** What a phone knows of groups, over the lives of its mini-program. */
export interface Groups {
  /** A share ticket that no life has yet. */
  createTicket(): string
  /** The openGId of a group, encrypted anew: only the phone's server can read it. */
  encrypt(group: string): { encryptedData: string; iv: string }
  /** `undefined` for what this phone has not encrypted. */
  decrypt(encryptedData: string): string | undefined
}

/** The group of a card for which a test names none. */
export const unnamedGroup = 'group'

/** Group card, with ticket, group tools: the scenes in which `getGroupEnterInfo` knows a group. */
const groupScenes = [1008, 1044, 1158, 1160, 1185]

export const isGroupScene = ({ scene = 0 }: EnterOptions): boolean => groupScenes.includes(scene)

export function createGroups(): Groups {
  const openGIds = new Map<string, string>()
  let tickets = 0
  return {
    createTicket: () => `ticket-${++tickets}`,
    encrypt(group) {
      const encryptedData = `encrypted-${openGIds.size + 1}`
      openGIds.set(encryptedData, `G-${group}`)
      return { encryptedData, iv: 'iv' }
    },
    decrypt: (encryptedData) => openGIds.get(encryptedData),
  }
}
