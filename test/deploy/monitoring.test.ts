/** The rules for Prometheus and the dashboard ask for metrics and labels that the server has. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { parser } from '@prometheus-io/lezer-promql'
import { parse } from 'yaml'
import { createMetrics } from '../../server/metrics/metrics.ts'
import { useSharedReach } from '../support/server/use-reach.ts'

const textOf = (file: string) => readFileSync(join(__dirname, '../../deploy', file), 'utf8')
const { groups } = parse(textOf('alerts.yaml')) as { groups: { rules: { expr: string }[] }[] }
const { panels } = JSON.parse(textOf('grafana-dashboard.json')) as {
  panels: { targets: { expr: string }[] }[]
}
const expressions = [
  ...groups.flatMap(({ rules }) => rules),
  ...panels.flatMap(({ targets }) => targets),
].map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'))

/** The texts of an expression's nodes of a kind. @throws if it is no PromQL */
function nodesOf(expression: string, kind: 'Identifier' | 'LabelName'): string[] {
  const found: string[] = []
  parser.parse(expression).iterate({
    enter({ type, from, to }) {
      if (type.isError) throw new Error(`No PromQL at ${from}: ${expression}`)
      if (type.name === kind) found.push(expression.slice(from, to))
    },
  })
  return found
}

const metrics = createMetrics()
const server = useSharedReach({ settings: { metrics } })
/** What Prometheus itself adds. */
const scraped = { metrics: ['up'], labels: ['job', 'instance', 'le'] }

describe.each(expressions)('%s', (expression) => {
  let text: string
  beforeAll(async () => void ({ text } = await server.ask('GET /metrics')))

  it('reads metrics that the server has, by their labels', () => {
    const names = nodesOf(expression, 'Identifier')
    const families = names.map((name) => name.replace(/_bucket$/, ''))
    const known = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)
    expect(names).not.toEqual([])
    expect([...known, ...scraped.metrics]).toEqual(expect.arrayContaining(families))
    const labels = families.flatMap((name) => {
      const metric = metrics.registry.getSingleMetric(name)
      return (metric as { labelNames?: string[] } | undefined)?.labelNames ?? []
    })
    expect([...labels, ...scraped.labels]).toEqual(
      expect.arrayContaining(nodesOf(expression, 'LabelName')),
    )
  })
})

describe('the alerts and the dashboard', () => {
  it('are read whole', () => {
    expect(groups[0]!.rules.length + panels.length).toBeGreaterThan(20)
  })
})
