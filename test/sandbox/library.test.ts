import { describe, expect, it } from '@jest/globals'
import { ControlError, createSandbox } from '../../server/sandbox/index.ts'
import { controls } from '../../server/sandbox/controls/controls.ts'

const json = async (url: string, init?: RequestInit) =>
  (await (await fetch(url, init)).json()) as Record<string, unknown>

describe('a sandbox as a library', () => {
  it('listens by itself, and is closed at the end of its block', async () => {
    let address: string
    {
      await using wechat = await createSandbox()
      address = wechat.url
      const query = new URLSearchParams({
        grant_type: 'client_credential',
        appid: wechat.app.appId,
        secret: wechat.app.secret,
      })
      expect(await json(`${wechat.url}/cgi-bin/token?${query}`)).toMatchObject({
        expires_in: 7_200,
      })
    }
    await expect(fetch(address)).rejects.toThrow('fetch failed')
  })

  it('has its users act by functions, as the paths do', async () => {
    await using wechat = await createSandbox({ edition: '2018' })
    const { control, url } = wechat
    const { openId } = await control.addUser()
    const { formId } = await control.submitForm({ openId })
    const { code } = await control.issueLoginCode({ openId })
    const { appId, secret } = wechat.app
    const query = new URLSearchParams({ appid: appId, secret, js_code: code })
    expect(await json(`${url}/sns/jscode2session?${query}`)).toMatchObject({ openid: openId })
    const { access_token } = await json(
      `${url}/cgi-bin/token?grant_type=client_credential&appid=${appId}&secret=${secret}`,
    )
    const message = {
      touser: openId,
      template_id: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
      form_id: formId,
    }
    await json(`${url}/cgi-bin/message/wxopen/template/send?access_token=${access_token}`, {
      method: 'POST',
      body: JSON.stringify(message),
    })
    expect(await control.listInbox({ openId })).toMatchObject({
      messages: [{ kind: 'template', body: message }],
    })
  })

  it('rejects what the paths refuse', async () => {
    await using wechat = await createSandbox()
    const { control } = wechat
    await expect(control.submitForm({ openId: 'nobody' })).rejects.toThrow(ControlError)
    await expect(control.listInbox({ openId: 'nobody' })).rejects.toThrow('/sandbox/users')
    await expect(control.setQuotas({ codes: -1 })).rejects.toThrow('/codes')
  })

  it('has one function a control, and one path a function', () => {
    const paths = Object.values(controls).map(({ method, path }) => `${method} ${path}`)
    expect(new Set(paths).size).toBe(paths.length)
  })
})
