import { dirname } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { importsOf, sourceFiles } from './source-files.ts'

const imports = new Map(
  sourceFiles.map((file) => [file, [...new Set(importsOf(file).map(({ to }) => to))]]),
)

/** All that `file` imports, and what that imports, and so on. Types count. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set<string>()
  const open = [...imports.get(file)!]
  for (let to = open.pop(); to !== undefined; to = open.pop()) {
    if (reached.has(to)) continue
    reached.add(to)
    open.push(...(imports.get(to) ?? []))
  }
  return reached
}

describe('the files', () => {
  it('import each other in no circle, not even for a type', () => {
    expect(sourceFiles.filter((file) => reachedFrom(file).has(file))).toEqual([])
  })
})

describe('the folders', () => {
  it('import each other in one direction at most', () => {
    /** Each with one import that shows it. */
    const edges = new Map<string, string>()
    for (const [file, targets] of imports) {
      // The entry point stands beside what it starts.
      if (file === 'server/main.ts') continue
      for (const to of targets.filter((target) => imports.has(target))) {
        const [a, b] = [dirname(file), dirname(to)]
        if (a !== b) edges.set(`${a} → ${b}`, `${file} imports ${to}`)
      }
    }
    const mutual = [...edges].filter(([edge]) => edges.has(edge.split(' → ').reverse().join(' → ')))
    expect(mutual.map(([, example]) => example)).toEqual([])
  })
})
