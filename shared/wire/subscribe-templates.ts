/** Subscribe-message templates (订阅消息) of the account, and the library that they come from. */

/** `GET /v1/subscribe-templates` */
export interface SubscribeTemplatesReply {
  templates: {
    templateId: string
    title: string
    content: string
    example: string
    term: SubscribeTerm
    /** The allowed values of each `enum` field. */
    enums: Record<string, string[]>
  }[]
}

/** How long a consent to a subscribe template lasts: one message, or until it is revoked. */
type SubscribeTerm = 'once' | 'long'

/** `POST /v1/subscribe-templates` */
export interface AddSubscribeTemplateRequest {
  /** The id of a public title. */
  id: string
  /** 2 to 5, in the order in which the template shows them. */
  keywordIds: number[]
  /** The purpose, at most 15 characters. */
  sceneDescription: string
}

/** `GET /v1/subscribe-template-categories` */
export interface SubscribeCategoriesReply {
  categories: { id: number; name: string }[]
}

/** `GET /v1/subscribe-template-library` */
export interface SubscribeLibraryQuery {
  /** Comma-separated. Default: all categories of the account. */
  categoryIds?: string
  offset?: number
  count?: number
}

/** `GET /v1/subscribe-template-library` */
export interface SubscribeLibraryReply {
  templates: { id: string; title: string; term: SubscribeTerm; categoryId: number }[]
  total: number
}

/** `GET /v1/subscribe-template-library/:id` */
export interface SubscribeLibraryTitleReply {
  id: string
  /** `type` begins the field's name in a message's `data`: `thing` in `thing1`. */
  keywords: { id: number; name: string; example: string; type: string }[]
}
