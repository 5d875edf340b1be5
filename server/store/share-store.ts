/** Groups and the trees of shares. Part of the store: see store.ts. */
import type { GroupReply, ShareReply } from '../../shared/wire/index.ts'

export interface ShareStore {
  findGroup(appId: string, openGId: string, page: Page): Promise<GroupReply | undefined>
  findShare(
    appId: string,
    shareId: string,
    page: Page & { depth: number },
  ): Promise<ShareReply | undefined>
}

export interface Page {
  limit: number
  /** Opaque, from an earlier reply; anything else is read as the beginning. */
  cursor?: string
}
