/** Holds an error reply against RFC 9457 and our own promises. */
import { expect } from '@jest/globals'
import { problem } from '../../../server/http/schemas/problems.ts'
import type { ProblemCode } from '../../../shared/codes.ts'
import type { Problem } from '../../../shared/wire/index.ts'
import type { Answer, Ask } from './http-client.ts'
import { expectShape } from './shape.ts'

/** @param path of a bad field, which `errors` must name */
export function expectProblem(
  answer: Answer<unknown>,
  status: number,
  code: ProblemCode,
  path?: string,
): void {
  const body = answer.body as Problem
  expect({ status: answer.status, code: body?.code, text: answer.text }).toMatchObject({
    status,
    code,
  })
  expect(answer.type).toBe('application/problem+json')
  expectShape(problem, body)
  expect(body.status).toBe(status)
  expect(body.title).not.toBe('Error')
  expect(body.detail.length).toBeGreaterThan(10)
  // Neither a line of a stack nor a file of ours or of a dependency.
  expect(answer.text).not.toMatch(/\n\s+at |\.[cm]?[jt]s:\d|node_modules|node:internal/)
  if (path !== undefined) expect(body.errors?.map((error) => error.path)).toContain(path)
}

/** After whatever it was sent, the server is there for the next. */
export async function expectGoesOn({ ask }: { ask: Ask }): Promise<void> {
  expect((await ask('GET /readyz')).status).toBe(200)
}
