/** What content security (内容安全) says of texts and files (platform, msgSecCheck). */

export interface Finding {
  suggest: 'risky' | 'review' | 'pass'
  /** One of `labels`, or 100: 正常. */
  label: number
}

/**
 * 10001 广告, 20001 时政, 20002 色情, 20003 辱骂, 20006 违法犯罪, 20008 欺诈, 20012 低俗, 20013 版权 and
 * 21000 其他.
 */
export const labels = [10001, 20001, 20002, 20003, 20006, 20008, 20012, 20013, 21000] as const

export const normal: Finding = { suggest: 'pass', label: 100 }

/** The texts with which a caller tests its calls (msgSecCheck-v1 测试用例). */
export const testTexts: readonly string[] = [
  '特3456书yuuo莞6543李zxcz蒜7782法fgnv级',
  '完2347全dfji试3726测asad感3847知qwez到',
]

/** The errcode of version 2 for a file that cannot be downloaded. */
export const downloadFailed = { errcode: -1008, errmsg: '下载错误，请检查媒体链接是否有效' }

/** The same as the status_code of version 1, which is unsigned. */
export const downloadFailedStatus = 4_294_966_288
