/** Images for customer-service messages, and the typing state. */

/** `POST /v1/media` */
export interface MediaReply {
  mediaId: string
  /** When WeChat deletes it. A later message that names it has the image uploaded again. */
  expiresAt: string
  /** What will look poor. The image was uploaded. */
  warnings?: string[]
}

/** `POST /v1/typing` */
export interface TypingRequest {
  openId: string
  typing: boolean
}
