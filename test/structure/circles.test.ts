import { dirname } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { importsOf, sourceFiles, testFiles } from './source-files.ts'

/** What each node imports. Of each import, a line that shows it. */
type Graph = Map<string, Map<string, string>>

/** @param nodeOf the node that a file belongs to. Imports within a node do not count. */
function graphOf(files: readonly string[], nodeOf: (file: string) => string): Graph {
  const known = new Set(files)
  const graph: Graph = new Map()
  for (const file of files) {
    const node = nodeOf(file)
    const targets = graph.get(node) ?? new Map<string, string>()
    graph.set(node, targets)
    // Types count.
    for (const { to } of importsOf(file)) {
      if (known.has(to) && nodeOf(to) !== node) targets.set(nodeOf(to), `${file} imports ${to}`)
    }
  }
  return graph
}

function reachedFrom(node: string, graph: Graph): Set<string> {
  const reached = new Set<string>()
  const open = [...graph.get(node)!.keys()]
  for (let to = open.pop(); to !== undefined; to = open.pop()) {
    if (reached.has(to)) continue
    reached.add(to)
    open.push(...graph.get(to)!.keys())
  }
  return reached
}

/** The imports inside the strongly connected components: each is part of a circle. */
function circularImports(graph: Graph): string[] {
  const reached = new Map([...graph.keys()].map((node) => [node, reachedFrom(node, graph)]))
  return [...graph].flatMap(([node, targets]) =>
    [...targets].flatMap(([to, example]) => (reached.get(to)!.has(node) ? [example] : [])),
  )
}

const files = [...sourceFiles, ...testFiles]

describe('the search for circles', () => {
  it('finds one of three nodes, and nothing that only leads to it', () => {
    const graph: Graph = new Map([
      ['a', new Map([['b', 'a imports b']])],
      ['b', new Map([['c', 'b imports c']])],
      ['c', new Map([['a', 'c imports a']])],
      ['d', new Map([['a', 'd imports a']])],
    ])
    expect(circularImports(graph)).toEqual(['a imports b', 'b imports c', 'c imports a'])
  })
})

describe('the files', () => {
  it('import each other in no circle, not even for a type', () => {
    expect(circularImports(graphOf(files, (file) => file))).toEqual([])
  })
})

describe('the folders', () => {
  const depths = [1, 2, 3, 4, 5]
  // The entry point stands beside the modules that its commands import.
  const modules = files.filter((file) => file !== 'server/main.ts')
  const folderAt = (depth: number) => (file: string) =>
    dirname(file).split('/').slice(0, depth).join('/')

  it('are at most as deep as is looked at', () => {
    const deepest = Math.max(...files.map((file) => dirname(file).split('/').length))
    expect(depths.at(-1)).toBe(deepest)
  })

  it.each(depths)('import each other in no circle, those below level %i counted in', (depth) => {
    expect(circularImports(graphOf(modules, folderAt(depth)))).toEqual([])
  })
})
