/** The user's choice of the language. */
import { chinese, type Words } from './words/chinese'
import { english } from './words/english'

const key = 'language'

export const readTexts = (): Words => (wx.getStorageSync(key) === 'en' ? english : chinese)

/** Stores the other language, and returns its texts. */
export function switchLanguage(): Words {
  const next = readTexts() === english ? 'zh' : 'en'
  wx.setStorageSync(key, next)
  return readTexts()
}
