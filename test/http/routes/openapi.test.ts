import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import { openapi } from '../../../server/commands/openapi.ts'
import { scopes } from '../../../shared/codes.ts'
import { samples } from '../../support/server/samples.ts'

interface Operation {
  operationId: string
  summary: string
  description?: string
  security: Record<string, []>[]
  parameters?: { name: string; in: string; required: boolean; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: object }>
}
interface Document {
  openapi: string
  info: { title: string; version: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: object; securitySchemes: Record<string, object> }
}

const committed = (file: string) =>
  readFileSync(join(__dirname, '../../..', file), 'utf8').replace(/\n+$/, '\n')

describe('the OpenAPI document', () => {
  it('matches the code (`npm run docs` writes it)', async () => {
    const lines: string[] = []
    const print = (text: string) => void lines.push(text)
    expect(await openapi({ env: {}, print, stopped: Promise.resolve() })).toBe(0)
    expect(committed('openapi.json')).toBe(`${lines.join('\n')}\n`)
  })

  const document = JSON.parse(committed('openapi.json')) as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

  it('begins at the root, or at the prefix that is asked for', async () => {
    expect(document.servers).toEqual([{ url: '/' }])
    const lines: string[] = []
    const print = (text: string) => void lines.push(text)
    await openapi({ env: {}, print, stopped: Promise.resolve(), options: { prefix: '/reach' } })
    expect(JSON.parse(lines.join('\n'))).toEqual({ ...document, servers: [{ url: '/reach' }] })
  })

  it('has an example in each request and in each reply that is JSON', () => {
    const contents = operations.flatMap(({ path, method, operation }) => {
      const replies = Object.entries(operation.responses)
      const bodies = [['request', operation.requestBody] as const, ...replies]
      return bodies.flatMap(([which, one]) => {
        const content = one?.content as Record<string, object> | undefined
        const json = content?.['application/json']
        return json && 'schema' in json ? [[`${method} ${path} ${which}`, json] as const] : []
      })
    })
    expect(contents.length).toBeGreaterThan(50)
    const lacking = contents.filter(([, json]) => !('example' in json) && !('examples' in json))
    // Checks of the machine differ each time.
    expect(lacking.map(([at]) => at)).toEqual(['get /v1/doctor 200'])
  })

  it('describes every route and nothing else', () => {
    const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    const served = samples.map(({ name }) => name.replaceAll(/:(\w+)/g, '{$1}'))
    expect([...described].sort()).toEqual([...served].sort())
  })

  it('is valid by the schema of OpenAPI 3.1', async () => {
    const parsed = JSON.parse(committed('openapi.json')) as Record<string, unknown>
    expect(await new Validator().validate(parsed)).toEqual({ valid: true })
  })

  it('is of version 3.1, with a name for each operation', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toMatchObject({ title: 'wx-reach', version: expect.any(String) })
    const names = operations.map(({ operation }) => operation.operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/)
  })

  it.each(operations.map((one) => [`${one.method} ${one.path}`, one] as const))(
    'tells all of %s',
    (_, { path, operation }) => {
      const { parameters = [], responses, security } = operation
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(inPath)
      expect(parameters.every((one) => one.in !== 'path' || one.required)).toBe(true)
      expect(Object.keys(responses)).toContain('default')
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true)
      for (const name of security.flatMap((one) => Object.keys(one))) {
        expect(document.components.securitySchemes).toHaveProperty(name)
      }
    },
  )

  it('refers only to what it holds, and means plain JSON Schema', () => {
    const text = committed('openapi.json')
    const references = [...text.matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, to]) => to!.split('/'))
    expect(references.length).toBeGreaterThan(0)
    for (const path of references) expect(document).toHaveProperty(path)
    expect(text).not.toMatch(/"~\w+"/)
  })

  it('names the scope of each operator call', () => {
    const told = operations.filter(({ operation }) => 'apiKey' in (operation.security[0] ?? {}))
    const pattern = new RegExp(`Scope of the API key: \`(${scopes.join('|')})\``)
    for (const { operation } of told) expect(operation.description).toMatch(pattern)
  })
})
