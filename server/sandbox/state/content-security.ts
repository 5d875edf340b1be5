/** What content security (内容安全) knows of texts and files, and the ids of its checks. */
import Type from 'typebox'
import type { PlatformClock, Random } from '../../runtime/world.ts'
import { normal, testTexts, type Finding } from '../rules/content-security.ts'
import { timedId } from '../rules/time.ts'
import { Fields, Table, type Memory } from '../rules/memory.ts'

export interface ContentSecurity {
  /** Of every text that has this one in it. */
  judgeText(text: string, finding: Finding): void
  judgeFile(url: string, finding: Finding | 'unreachable'): void
  /** What is not to pass in any of the texts, the worst first. */
  inTexts(texts: readonly string[]): (Finding & { keyword: string })[]
  ofFile(url: string): Finding | 'unreachable'
  /** The form of a trace_id differs by the version of the check. */
  newTraceId(version: 1 | 2): string
}

const SavedFinding = Fields({
  suggest: Type.Enum(['risky', 'review', 'pass']),
  label: Type.Integer(),
})

export const ContentSecurityMemory = Fields({
  ofTexts: Table(SavedFinding),
  /** By address. */
  ofFiles: Table(Type.Union([SavedFinding, Type.Literal('unreachable')])),
})

/** What is known without a control. */
export const newFindings = (): Memory<typeof ContentSecurityMemory> => ({
  ofTexts: new Map(testTexts.map((text) => [text, { suggest: 'risky', label: 20006 }])),
  ofFiles: new Map(),
})

export function createContentSecurity(
  { ofTexts, ofFiles }: Memory<typeof ContentSecurityMemory>,
  clock: PlatformClock,
  random: Random,
): ContentSecurity {
  return {
    judgeText: (text, finding) => void ofTexts.set(text, finding),
    judgeFile: (url, finding) => void ofFiles.set(url, finding),
    inTexts(texts) {
      const found = [...ofTexts]
        .filter(([keyword]) => texts.some((text) => text.includes(keyword)))
        .map(([keyword, finding]) => ({ ...finding, keyword }))
      const suggested = (each: Finding['suggest']) =>
        found.filter(({ suggest }) => suggest === each)
      return [...suggested('risky'), ...suggested('review')]
    },
    ofFile: (url) => (/^https?:\/\//.test(url) ? (ofFiles.get(url) ?? normal) : 'unreachable'),
    newTraceId: (version) =>
      version === 1 ? random(16).toString('hex') : timedId(clock.now(), random),
  }
}
