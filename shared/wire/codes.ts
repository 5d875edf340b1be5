/** Mini-program codes (小程序码, 二维码), and the scenes behind them. */

/** `POST /v1/codes`. A field that the kind does not use is refused. */
export interface CodeRequest {
  /** 小程序码 by path (A), 小程序码 by scene (B), 二维码 by path (C). */
  kind: 'path' | 'scene' | 'qrcode'
  /** With `path` and `qrcode`: page and query. */
  path?: string
  /** With `scene`: at most 32 characters, which the phone gets unchanged. */
  scene?: string
  /** With `scene`, in place of `scene`: any JSON; the server stores it under a short scene. */
  payload?: unknown
  /** With `scene`: without a leading slash or a query. Default: the home page. */
  page?: string
  /** Pixels. Default: 430. */
  width?: number
  autoColor?: boolean
  lineColor?: CodeColor
  isHyaline?: boolean
  envVersion?: 'release' | 'trial' | 'develop'
  /** With `scene`. */
  checkPath?: boolean
  /** The share that scans of this code count for. */
  shareId?: string
}

/** 0 to 255 each, as a number or in decimal text, as WeChat's page writes it. */
export interface CodeColor {
  r: number | string
  g: number | string
  b: number | string
}

/** `POST /v1/codes` with `Prefer: respond-async` */
export interface CodeQueuedReply {
  /** Repeat the request to get the image. */
  state: 'queued'
}

/** `GET /v1/codes/usage` */
export interface CodesUsageReply {
  /** Codes of the kinds `path` and `qrcode`: how many this server made, and WeChat's limit. */
  lasting: {
    used: number
    limit: number
    /** WeChat reported that the limit is reached, by this server's codes or others. */
    exhausted?: boolean
    /** Near the limit: what to do. */
    warning?: string
  }
  /** Codes of the kind `scene` of the last 60 seconds, and requests that wait for pregeneration. */
  scene: { lastMinute: number; limit: number; waiting: number }
}

/** `GET /v1/codes`: the code that was asked for last comes first. */
export interface CodesReply {
  codes: ListedCode[]
  cursor?: string
}

export interface ListedCode {
  /** For `GET /v1/codes/:id/image`. */
  id: string
  /**
   * `unknown`: WeChat gave no usable reply, so that the code may be used up; the same request makes
   * it again.
   */
  state: 'made' | 'queued' | 'making' | 'unknown'
  /** As it was asked for. Absent: it was made by a version that did not keep it. */
  request?: Omit<CodeRequest, 'payload'>
  askedAt: string
  madeAt?: string
  contentType?: string
  /** The scene under which the payload or the share is stored. */
  scene?: string
  payload?: unknown
  shareId?: string
  /** Arrivals through its share. */
  opens?: number
}

/** `GET /v1/scenes/:id` */
export interface SceneReply {
  /** As it was given; `null`: the code carries only a share. */
  payload: unknown
  /** The share that this scan counts for. */
  shareId?: string
}
