/** The lines of a deployment in 微信云托管, which adds the access_token (WECHAT_TOKEN=cloud). */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { engines, type Engine } from '../support/engines.ts'
import { deploy, type Deployment } from './deployment.ts'

let deployment: Deployment
beforeAll(async () => {
  deployment = await deploy(engines[0] as Engine)
})
afterAll(() => deployment.close())

const setCloudRun = (on: boolean) =>
  deployment.server.sandbox('POST /sandbox/cloud-run', { body: { on } })

const examine = () => deployment.examine({ env: { WECHAT_TOKEN: 'cloud' } })

it('are fine where it adds the token, and need no entry in the IP white list', async () => {
  await setCloudRun(true)
  const findings = await examine()
  const wrong = findings.filter(({ status }) => status === 'problem' || status === 'warning')
  expect(wrong).toEqual([])
  const found = (name: string) => findings.find((finding) => finding.name === name)
  expect(found('app-secret')).toMatchObject({
    status: 'ok',
    detail: '微信云托管 adds the access_token to calls',
  })
  expect(found('ip-white-list')).toMatchObject({ status: 'ok' })
  expect(found('edition')).toMatchObject({ status: 'ok' })
  const { text } = await deployment.server.sandbox('GET /sandbox/calls')
  expect(text).not.toContain('access_token')
})

it('say that 开放接口服务 is off where calls get no token', async () => {
  await setCloudRun(false)
  const found = (await examine()).find(({ name }) => name === 'app-secret')
  expect(found).toMatchObject({
    status: 'problem',
    detail: 'calls get no access_token here (41001 token_missing)',
    advice: expect.stringContaining('开放接口服务'),
  })
})
