import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { createMetrics } from '../../server/metrics/metrics.ts'

const text = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8')
const cells = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
const told = text
  .split('\n')
  .filter((line) => line.startsWith('| `wx_reach_'))
  .map(cells)

describe('the table of metrics in docs/operations.md', () => {
  it('is what the registry holds: name, type, labels and words', () => {
    const { registry } = createMetrics({ process: false })
    const held = registry.getMetricsAsArray().map(({ name, type, help }) => {
      const { labelNames } = registry.getSingleMetric(name) as unknown as { labelNames: string[] }
      return [`\`${name}\``, String(type), labelNames.join(', '), help]
    })
    expect(held.length).toBeGreaterThan(10)
    expect(told).toEqual(held)
  })
})
