/** Keywords as people type them, a line each: `名称` or `名称：示例`. */
import type { LintKeyword } from 'wx-reach-server/client'

export const keywordsOf = (text: string): LintKeyword[] =>
  text.split('\n').flatMap((line) => {
    const [, name = '', example = ''] = /^\s*([^:：]*)(?:[:：](.*))?$/.exec(line) ?? []
    if (name.trim() === '') return []
    return [example.trim() ? { name: name.trim(), example: example.trim() } : name.trim()]
  })
