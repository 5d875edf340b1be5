/**
 * What the data of a subscribe message may hold, by the type in its key (platform, subscribe
 * messages 参数值内容限制).
 */
const clock = String.raw`\d{1,2}:\d{2}(:\d{2})?`
const date = String.raw`\d{4}(年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})`
const moment = String.raw`(${date}\s*)?${clock}`
const dayWithTime = String.raw`${date}(\s*${clock})?`
/** Two points in time may be joined by a tilde. */
const span = (point: string) => new RegExp(`^${point}(\\s*~\\s*${point})?$`)

const patterns = new Map<string | undefined, RegExp>(
  Object.entries({
    thing: /^[^\p{Cc}]{1,20}$/u,
    number: /^(?=.{1,32}$)-?\d+(\.\d+)?$/,
    letter: /^[A-Za-z]{1,32}$/,
    symbol: /^[\p{P}\p{S}]{1,5}$/u,
    character_string: /^[0-9A-Za-z\p{P}\p{S} ]{1,32}$/u,
    time: span(moment),
    date: span(dayWithTime),
    amount: /^\p{Sc}?\d{1,10}(\.\d+)?元?$/u,
    phone_number: /^[\d\p{P}\p{S} ]{1,17}$/u,
    car_number: /^[\p{Script=Han}0-9A-Za-z]([0-9A-Za-z]{0,6}[\p{Script=Han}0-9A-Za-z])?$/u,
    name: /^([A-Za-z\p{P}\p{S} ]{1,20}|[\p{Script=Han}A-Za-z\p{P}\p{S} ]{1,10})$/u,
    phrase: /^\p{Script=Han}{1,5}$/u,
    enum: /^.+$/u,
  }),
)

/** What is wrong with a field, or `undefined`. A key is a type and digits, as `thing18`. */
export function dataProblem(key: string, value: string | undefined): string | undefined {
  const pattern = patterns.get(/^([a-z_]+)\d+$/.exec(key)?.[1])
  if (!pattern) return `data.${key} invalid`
  // `emtpy` is the platform's spelling, and callers may match it.
  if (value === undefined) return `data.${key}.value is emtpy`
  return pattern.test(value) ? undefined : `data.${key}.value invalid`
}
