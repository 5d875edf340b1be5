/** The review rules of titles and keywords (seeds/001 审核说明), told before WeChat's reviewers do. */
import type { LintProblem, LintRequest } from '../../shared/wire.ts'
import { checkKeywords } from './keyword-rules.ts'
import { checkTitle } from './title-rules.ts'

/**
 * All problems, in the order of the rules for the title and then keyword by keyword. `sure` is what the page says in
 * words that leave no doubt; `maybe` is a guess: likeness, services, examples and manners are judged by
 * people. No problem found does not mean that a template passes.
 */
export function lintTemplate({ title, keywords, otherTitles = [] }: LintRequest): LintProblem[] {
  return [...checkTitle(title, otherTitles), ...checkKeywords(keywords)]
}
