/** What a key must be that strangers may guess at: those of REACH_API_KEYS and REACH_SECRET_KEY. */

/**
 * The numbers are ours. Of 10,000 random keys of just 128 bits in hexadecimal or base64, two are
 * refused.
 */
export const keyStrength = {
  minBits: 128,
  /** UUIDs of version 4, the most random ones: six of their bits are fixed. */
  uuidBits: 122,
  /** Shorter repetitions and sequences stand in random keys by chance. */
  minPart: 6,
  /** A repetition or a sequence, however long. */
  partBits: 10,
  wordBits: 6,
  /** As in a phrase of words that were drawn at random: some 12.9 bits a word. */
  letterBitsInPhrases: 2.5,
  /** Digits and separators between words. */
  otherBitsInPhrases: 2,
  /** Pairs of letters, for each character of the key: a phrase has more, most random keys fewer. */
  pairsInPhrases: 0.45,
  /** Of these pairs, so many are usual in a phrase, and a fifth in random letters. */
  usualInPhrases: 0.65,
  /** Of 32 random bytes, 30 are distinct on average. */
  minDistinctBytes: 20,
} as const

/** Many apps fit into the file of REACH_APPS. */
export const maxSecretFileBytes = 1_024 * 1_024

/** How far a misspelt name is from the one that was meant, in characters or as a share of it. */
export const misspelling = { characters: 2, shareOfOurs: 0.4, shareOfWechat: 0.25 } as const

/** What typed keys are made of: words of examples, rows of the keyboard. */
export const wellKnownWords = `
  password passw0rd p@ssw0rd secret changeme change default example sample replace admin token
  apikey private public access master server system production development staging testing reach
  wechat weixin hello world welcome letmein qwert yuiop asdfg hjkl; zxcvb trewq gfdsa bvcxz 1qaz2
  2wsx3 3edc4 4rfv5 5tgb6 6yhn7 7ujm8 zaq12 wsxcd xsw23 quickbrown lazydog
`
  .trim()
  .split(/\s+/)

/** Neighbours in most English and Pinyin words. */
export const usualPairs = `
  th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me
  de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ho la et el ns di fo us ec il tr ta pe sh so ke
  ey pa ss no wo my mi un ac ai ei ao ia ua ui ie zh yi do da bu ba ge ji xi ee ut lo ow ck ot ad am
  ir id oo po mo em im ol su up ap ca ct ly ay ry if wi wa
`
  .trim()
  .split(/\s+/)
