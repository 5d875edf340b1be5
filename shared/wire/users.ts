/** What is kept of a user. */

/** `DELETE /v1/users/:openId` */
export interface ErasedReply {
  /** `false`: nothing was kept of such a user. */
  erased: boolean
  /**
   * Calls to WeChat that had begun before and have no outcome after ten seconds: their messages may
   * still arrive.
   */
  callsUnderWay: number
}
