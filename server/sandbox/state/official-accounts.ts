/** The official accounts (公众号) that are bound to one mini-program, with their templates. */
import Type from 'typebox'
import { Fields, Table, type Memory } from '../rules/memory.ts'

export interface OfficialAccounts {
  /** Binds it, or replaces its templates. Default: it has every template. */
  bind(appId: string, templateIds?: readonly string[]): void
  template(appId: string, templateId: string): 'held' | 'unknown' | 'not bound'
}

/** By appid. Without templateIds it has every template. */
export const OfficialAccountsMemory = Table(
  Fields({ templateIds: Type.Optional(Type.Array(Type.String())) }),
)

export function createOfficialAccounts(
  bound: Memory<typeof OfficialAccountsMemory>,
): OfficialAccounts {
  return {
    bind: (appId, templateIds) =>
      void bound.set(appId, templateIds ? { templateIds: [...templateIds] } : {}),
    template(appId, templateId) {
      const account = bound.get(appId)
      if (!account) return 'not bound'
      const { templateIds = [templateId] } = account
      return templateIds.includes(templateId) ? 'held' : 'unknown'
    },
  }
}
