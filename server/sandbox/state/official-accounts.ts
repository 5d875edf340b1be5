/** The official accounts (公众号) that are bound to one mini-program, with their templates. */
export interface OfficialAccounts {
  /** Binds it, or replaces its templates. Default: it has every template. */
  bind(appId: string, templateIds?: readonly string[]): void
  template(appId: string, templateId: string): 'held' | 'unknown' | 'not bound'
}

export function createOfficialAccounts(): OfficialAccounts {
  const templatesOf = new Map<string, readonly string[] | undefined>()
  return {
    bind: (appId, templateIds) => void templatesOf.set(appId, templateIds),
    template(appId, templateId) {
      if (!templatesOf.has(appId)) return 'not bound'
      const templateIds = templatesOf.get(appId) ?? [templateId]
      return templateIds.includes(templateId) ? 'held' : 'unknown'
    },
  }
}
