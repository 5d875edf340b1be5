/** Images for customer-service messages, and the typing state. */

/** `POST /v1/media` */
export interface MediaQuery {
  for: ImageUse
}

/** `message`: an image by itself. `card`: the cover of a card. `link`: the picture of a link. */
export type ImageUse = 'message' | 'card' | 'link'

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
