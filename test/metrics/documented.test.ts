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
const documented = text
  .split('\n')
  .filter((line) => line.startsWith('| `wx_reach_'))
  .map(cells)

describe('the table of metrics in docs/operations.md', () => {
  it('agrees with the registry in name, type, labels and help', () => {
    const { registry } = createMetrics({ process: false })
    const registered = registry.getMetricsAsArray().map(({ name, type, help }) => {
      const { labelNames } = registry.getSingleMetric(name) as unknown as { labelNames: string[] }
      return [`\`${name}\``, String(type), labelNames.join(', '), help]
    })
    expect(registered.length).toBeGreaterThan(10)
    expect(documented).toEqual(registered)
  })
})
