import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import { errors, openapi } from '../../../server/commands/docs.ts'
import { scopes } from '../../../shared/codes.ts'
import { problemCodes, refusalCodes } from '../../../shared/codes.ts'
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
  paths: Record<string, Record<string, Operation>>
  components: { schemas: object; securitySchemes: Record<string, object> }
}

async function printed(command: typeof openapi): Promise<string> {
  const lines: string[] = []
  const print = (text: string) => void lines.push(text)
  expect(await command({ env: {}, print, stopped: Promise.resolve() })).toBe(0)
  return `${lines.join('\n')}\n`
}
const committed = (file: string) =>
  readFileSync(join(__dirname, '../../..', file), 'utf8').replace(/\n+$/, '\n')

describe('the committed documents', () => {
  it.each([
    ['openapi.json', openapi],
    ['docs/errors.md', errors],
  ])('%s matches the code (`npm run docs` writes it)', async (file, command) => {
    expect(committed(file)).toBe(await printed(command))
  })
})

describe('the OpenAPI document', () => {
  const document = JSON.parse(committed('openapi.json')) as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

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

describe('docs/errors.md', () => {
  it('lists every code that a reply may carry', () => {
    const text = committed('docs/errors.md')
    const words: string[] = [...problemCodes, ...refusalCodes]
    expect(words.filter((word) => !text.includes(`\`${word}\``))).toEqual([])
  })
})
