/** The doctor beside a server that works: everything is fine, and nothing is changed. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { subjects } from '../../server/doctor/check.ts'
import { engines } from '../support/engines.ts'
import { runOn } from '../support/postgres/database.ts'
import { platformCalls } from '../support/server/platform-calls.ts'
import { deploy, type Deployment } from './deployment.ts'

/** A hash of all that the database holds. */
async function contentOf(url: string): Promise<string> {
  const hash = createHash('sha256')
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length)
    for (const file of [path, `${path}-wal`]) if (existsSync(file)) hash.update(readFileSync(file))
    return hash.digest('hex')
  }
  const tables = await runOn(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
  for (const { tablename } of tables as { tablename: string }[]) {
    hash.update(
      JSON.stringify(await runOn(url, `SELECT t::text FROM ${tablename} AS t ORDER BY 1`)),
    )
  }
  return hash.digest('hex')
}

describe.each(engines)('a deployment on $name that works', (engine) => {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await deploy(engine)
    if (engine.name === 'PostgreSQL') {
      // The tests' databases have it off, which is a warning.
      const { pathname } = new URL(deployment.database.url)
      const on = `ALTER DATABASE ${pathname.slice(1)} SET synchronous_commit = on`
      await runOn(deployment.database.url, on)
    }
    await deployment.server.ask('GET /v1/access-token')
  })
  afterAll(() => deployment.close())

  it('is fine in every line', async () => {
    const findings = await deployment.examine({ pushUrl: deployment.server.url })
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([])
    expect(findings.map(({ name }) => name)).toEqual(subjects)
    const ofApps = findings.filter(({ appId }) => appId !== undefined)
    expect(ofApps.map(({ name }) => name)).toEqual(subjects.slice(10))
  })

  it('is not changed, and the token of its server stays good', async () => {
    const before = await contentOf(deployment.database.url)
    const calls = (await platformCalls(deployment.server, '/cgi-bin/stable_token')).length
    const { body } = await deployment.server.ask<{ accessToken: string }>('GET /v1/access-token')
    await deployment.examine()
    expect(await contentOf(deployment.database.url)).toBe(before)
    const asked = (await platformCalls(deployment.server, '/cgi-bin/stable_token')).slice(calls)
    expect(asked).toMatchObject([{ body: { force_refresh: false } }])
    deployment.server.clock.advance(600_000)
    const path = `/wxaapi/newtmpl/gettemplate?access_token=${body.accessToken}`
    expect((await deployment.server.sandbox(`GET ${path}`)).body).toMatchObject({ errcode: 0 })
  })
})
