/** Shares (转发) and the groups that they reach. */

/** `GET /v1/shares/:shareId` */
export interface ShareQuery {
  /** Levels of descendants. Default: the most, 64. */
  depth?: number
  limit?: number
  /** Of the page before. */
  cursor?: string
}

/** `GET /v1/groups/:openGId` */
export interface GroupQuery {
  limit?: number
  cursor?: string
}

/** `GET /v1/shares/:shareId`: the share and the tree under it, breadth first. */
export interface ShareReply {
  share: ShareNode
  descendants: ShareNode[]
  cursor?: string
}

/** `GET /v1/shares`. Default of each filter: all shares. */
export interface SharesQuery extends ListQuery {
  /** Who shared. */
  openId?: string
  /** In which group they were opened, or shared into. */
  openGId?: string
}

/**
 * `GET /v1/shares`: the share that became known last comes first, those among them that are known
 * from an arrival or a child alone. While there is a `cursor` there are more, although a page may
 * hold fewer than `limit` or none.
 */
export interface SharesReply {
  /** `depth` is 0. */
  shares: ShareNode[]
  cursor?: string
}

export interface ShareNode {
  shareId: string
  parentShareId?: string
  /** 0 for the share that was asked for. */
  depth: number
  /** The user who shared; absent while the share is known from an arrival only. */
  openId?: string
  page?: string
  path?: string
  title?: string
  from?: 'menu' | 'button' | 'timeline'
  startedAt?: string
  result?: 'ok' | 'cancel' | 'fail'
  /** Arrivals through this share itself, and the distinct users among them. */
  opens: number
  openers: number
  openGIds: string[]
}

/** `GET /v1/groups`, `GET /v1/pushes` */
export interface ListQuery {
  limit?: number
  cursor?: string
}

/** `GET /v1/groups`: the group that became known last comes first. */
export interface GroupsReply {
  groups: GroupSummary[]
  cursor?: string
}

export interface GroupSummary {
  openGId: string
  firstSeenAt: string
  /** At most 500 are counted. */
  memberCount: number
}

/** `GET /v1/groups/:openGId`; `limit` and `cursor` page through arrivals, newest first. */
export interface GroupReply {
  openGId: string
  firstSeenAt: string
  memberCount: number
  members: GroupMember[]
  shareIds: string[]
  arrivals: GroupArrival[]
  cursor?: string
}

export interface GroupMember {
  openId: string
  firstSeenAt: string
  /** Among the latest 2,000 of the group. */
  arrivals: number
  /** Of the last of them. */
  lastArrivalAt?: string
}

export interface GroupArrival {
  openId: string
  shareId?: string
  scene: number
  at: string
}

/**
 * The parameter of a path with the id of a share: the client package writes it, the server reads
 * it.
 */
export type ShareParameter = '_wxr'
