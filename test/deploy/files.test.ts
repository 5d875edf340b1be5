/** The files of deploy/ agree with the server and with each other. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { DockerfileParser } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'
import { parse } from 'yaml'
import { shutdownRules } from '../../server/rules/process.ts'
import { second } from '../../server/rules/time.ts'

const textOf = (file: string) => readFileSync(join(__dirname, '../../deploy', file), 'utf8')

describe('deploy/Dockerfile', () => {
  const text = textOf('Dockerfile')
  const instructions = DockerfileParser.parse(text).getInstructions()
  const valuesOf = (keyword: string) =>
    instructions
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArguments().map((word) => word.getValue()))

  it('passes the linter', () => {
    expect(validate(text)).toEqual([])
  })

  it('does not run as root, and begins each stage on a named version', () => {
    expect(valuesOf('USER')).toEqual([['node']])
    for (const [image] of valuesOf('FROM')) expect(image).toMatch(/^node:\d+-slim$/)
  })

  it('is sent what it copies, and nothing else', () => {
    const sources = DockerfileParser.parse(text)
      .getCOPYs()
      .filter((copy) => copy.getFlags().every((flag) => flag.getName() !== 'from'))
      .flatMap((copy) => copy.getArguments().slice(0, -1))
      .map((word) => word.getValue())
    const rules = textOf('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
    expect(rules).toEqual(['*', ...sources.map((source) => `!${source}`)])
  })
})

describe('what stops the server', () => {
  const seconds = shutdownRules.withinMs / second

  it('waits for it: compose.yaml', () => {
    const { services, secrets } = parse(textOf('compose.yaml')) as {
      services: Record<
        string,
        { stop_grace_period: string; read_only?: boolean; secrets: string[] }
      >
      secrets: object
    }
    expect(Number.parseInt(services.server!.stop_grace_period)).toBeGreaterThan(seconds)
    expect(services.server).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
    const used = Object.values(services).flatMap((service) => service.secrets)
    expect(Object.keys(secrets).sort()).toEqual(used.sort())
  })

  it('waits for it: wx-reach.service', () => {
    const [, wait] = /^TimeoutStopSec=(\d+)$/m.exec(textOf('wx-reach.service'))!
    expect(Number(wait)).toBeGreaterThan(seconds)
  })
})

describe('deploy/wx-reach.service', () => {
  it('refuses system calls without killing Node.js, and lets V8 compile', () => {
    const unit = textOf('wx-reach.service')
    expect(unit).toMatch(/^SystemCallErrorNumber=EPERM$/m)
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute/m)
  })
})
