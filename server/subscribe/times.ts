/** Times and dates as the values of subscribe messages have them (platform: subscribe/send). */

const time = /^([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?$/
const year = '\\d{4}'
const month = '(?:0?[1-9]|1[0-2])'
const day = '(?:0?[1-9]|[12]\\d|3[01])'

/** 2019年10月1日, 2019年10月, 10月1日, and the same with `-`, `/` or `.` between. */
const date = new RegExp(
  `^(?:${year}年${month}月(?:${day}日)?|${month}月${day}日` +
    `|${year}(?<mark>[-/.])${month}(?:\\k<mark>${day})?|${month}[-/.]${day})$`,
)

/** One moment or two with `~` between, each of a date, a time, or both. */
export function isMoment(value: string): boolean {
  const ends = value.split(/[~～]/)
  return ends.length <= 2 && ends.every((end) => isOne(end.trim()))
}

function isOne(value: string): boolean {
  if (time.test(value) || date.test(value)) return true
  const split = /^(.*?)\s*((?<=[日\s])\d{1,2}:\d{2}(?::\d{2})?)$/.exec(value)
  return split !== null && date.test(split[1]!) && time.test(split[2]!)
}
