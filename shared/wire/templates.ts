/** Message templates (模板消息) of the account, and the library that they come from. */

/** `GET /v1/templates`, `GET /v1/template-library` */
export interface TemplatesQuery {
  offset?: number
  count?: number
}

/** `GET /v1/templates` */
export interface TemplatesReply {
  templates: { templateId: string; title: string; content: string; example: string }[]
}

/** `POST /v1/templates` */
export interface AddTemplateRequest {
  /** The id of a title in the library. */
  id: string
  /** 1 to 10, in the order in which the template shows them. */
  keywordIds: number[]
}

export interface AddTemplateReply {
  templateId: string
}

/** `GET /v1/template-library` */
export interface TemplateLibraryReply {
  templates: { id: string; title: string }[]
  total: number
}

/** `GET /v1/template-library/:id` */
export interface TemplateLibraryTitleReply {
  id: string
  title: string
  keywords: { id: number; name: string; example: string }[]
}

/** `POST /v1/templates/lint` */
export interface LintRequest {
  title: string
  keywords: LintKeyword[]
  /** Titles that `title` is compared with, in addition to those of the account. */
  otherTitles?: string[]
}

export type LintKeyword = string | { name: string; example: string }

export interface LintReply {
  problems: LintProblem[]
}

export interface LintProblem {
  /** The number of the review rule (审核说明). */
  rule: '1.1' | '1.2' | '1.3' | '1.4' | '1.5' | '1.6' | '2.1' | '2.2' | '2.3' | '2.4' | '2.5'
  detail: string
  /** `maybe`: a guess that a person should judge. */
  certainty: 'sure' | 'maybe'
}
