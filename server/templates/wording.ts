/** Rules 1.4 and 2.3: no special characters, nothing personal (seeds/001 审核说明). */

/** Words of a mood or of one shop's manner. Short ones that are parts of others (吧 of 酒吧, 主人 of 业主人数) are not here. */
const personal =
  /亲爱的|亲们|宝贝|宝宝们|么么哒|哈哈|嘻嘻|呵呵|嘿嘿|小主|萌萌|喵|棒棒哒|666|哟|哦|哇|嗨|老铁|小伙伴|快来/

/** Everything but letters and digits of any script, each once. */
export const specialCharacters = (text: string): string[] => [
  ...new Set(text.match(/[^\p{L}\p{N}\p{M}]/gu)),
]

export const personalWord = (text: string): string | undefined => personal.exec(text)?.[0]
