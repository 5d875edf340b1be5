/** Templates: what the platform takes, how its lists are read, and when two titles are alike. */
import { day } from './time.ts'

/** Keywords that a template is made of, in order. */
export const templateKeywords = {
  /** seeds/001 模版消息管理 3. */
  template: { min: 1, max: 10 },
  /** platform: newtmpl addtemplate. */
  subscribe: { min: 2, max: 5 },
  /** Larger ids of keywords are refused. */
  maxId: 2 ** 31 - 1,
} as const

/** Characters of the id of a title of the library. */
export const maxTitleId = 64

/** platform: newtmpl addtemplate. */
export const subscribeTemplateRules = {
  titleIdDigits: 15,
  sceneDescription: 15,
  categoryIdDigits: 9,
  categoriesPerQuery: 50,
} as const

/**
 * The library of titles that templates are made of. Edition 2018: 599 titles, at most 20 a page
 * (seeds/001 模版消息管理 1). Edition 2026: at most 30 a page (platform: newtmpl).
 */
export const templateLibrary = {
  '2018': { perPage: 20, maxPages: 100 },
  '2026': { perPage: 30, maxPages: 100 },
  /** Of a reply without pages. */
  maxTitles: 1_000,
  /** It changes seldom, and reading it takes some 30 calls. */
  keptMs: 1 * day,
} as const

/** The templates of an account (seeds/001 模版消息管理 4: at most 20 a page). */
export const accountTemplates = {
  perPage: 20,
  /** More than any account may hold: a list without an end must not be read for ever. */
  maxPages: 50,
} as const

/** The check of a template before its review. */
export const lintRules = {
  /** Likeness to the library is a guess: more of these would hide the other problems. */
  maxLibraryProblems: 3,
  /** Characters of a title beside generic words; with fewer it names no particular service. */
  minSpecificCharacters: 2,
  /** What a message is searched for marketing words: as much as WeChat shows of it. */
  marketing: { values: 20, characters: 500 },
  /** Comparisons that one turn of the event loop makes: some 2 ms. */
  titlesPerTurn: 25,
  keywordsPerTurn: 5,
  /** Texts of so many characters are alike when at most this share of them differs. */
  likeness: { minCharacters: 5, maxDistance: 0.25 },
} as const

/**
 * The values of a subscribe message, in characters (platform: subscribe/send). Where the page is
 * ambiguous the wider reading applies: a value that WeChat refuses costs nothing, but one refused
 * here is never sent.
 */
export const valueLimits = {
  thing: 20,
  numberDigits: 32,
  letter: 32,
  symbol: 5,
  characterString: 32,
  amountDigits: 10,
  phoneNumber: 17,
  carNumber: 8,
  nameWithHan: 10,
  nameWithoutHan: 20,
  phrase: 5,
} as const
