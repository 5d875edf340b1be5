/** The types of a subscribe message's values and their limits (platform: subscribe/send). */
import { isMoment } from './times.ts'

export interface ValueType {
  /** Read after “must be”. */
  wants: string
  takes(value: string): boolean
}

/** Counted as people count: an emoji is one character. */
const lengthOf = (value: string) => [...value].length
const han = /\p{Script=Han}/u

/** Where the page leaves room, the wider reading is taken: what WeChat then refuses costs nothing, the reverse would. */
export const valueTypes: Readonly<Record<string, ValueType>> = {
  thing: {
    wants: 'at most 20 characters',
    takes: (value) => lengthOf(value) <= 20,
  },
  number: {
    wants: 'at most 32 digits, with or without a decimal point',
    takes: (value) => /^[-+]?\d+(\.\d+)?$/.test(value) && value.replaceAll(/\D/g, '').length <= 32,
  },
  letter: {
    wants: 'at most 32 letters',
    takes: (value) => /^[A-Za-z]{1,32}$/.test(value),
  },
  symbol: {
    wants: 'at most 5 symbols',
    takes: (value) => /^[\p{P}\p{S}]{1,5}$/u.test(value),
  },
  character_string: {
    wants: 'at most 32 digits, letters or symbols, without 汉字',
    takes: (value) => lengthOf(value) <= 32 && !han.test(value),
  },
  time: {
    wants: 'a time as 15:01, with or without a date (2019年10月1日 15:01), or two with ~ between',
    takes: isMoment,
  },
  date: {
    wants: 'a date as 2019年10月1日, with or without a time, or two with ~ between',
    takes: (value) => isMoment(value) && /[年月日./-]/.test(value),
  },
  amount: {
    wants: 'at most one currency sign and 10 digits, with or without decimals and 元 at the end',
    takes: (value) => /^\p{Sc}?\d{1,10}(\.\d+)?元?$/u.test(value),
  },
  phone_number: {
    wants: 'at most 17 digits and symbols',
    takes: (value) => lengthOf(value) <= 17 && /\d/.test(value) && !/\p{L}/u.test(value),
  },
  car_number: {
    wants: 'at most 8 letters and digits, the first and the last of which may be a 汉字',
    takes: (value) =>
      lengthOf(value) <= 8 &&
      /^[\p{Script=Han}A-Za-z\d][A-Za-z\d]*[\p{Script=Han}A-Za-z\d]?$/u.test(value),
  },
  name: {
    wants: 'at most 10 characters with 汉字, or at most 20 letters and symbols, without digits',
    takes: (value) => !/\d/.test(value) && lengthOf(value) <= (han.test(value) ? 10 : 20),
  },
  phrase: {
    wants: 'at most 5 汉字',
    takes: (value) => /^\p{Script=Han}{1,5}$/u.test(value),
  },
}
