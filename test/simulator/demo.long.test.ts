/** The real demo in a browser, with the real server and sandbox: the paths of its users. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { apiKey } from '../support/server/start-reach.ts'
import type { PlayedPhone } from 'wx-reach-simulator/test'
import { launchDemo, openIdOf, startDemoReach, until, type StartedDemo } from './demo-phone.ts'

jest.setTimeout(60_000)

let reach: StartedDemo
let phone: PlayedPhone | undefined

beforeEach(async () => {
  reach = await startDemoReach()
})

afterEach(async () => {
  await phone?.close()
  phone = undefined
  await reach.close()
})

const get = async (path: string) => {
  const reply = await fetch(reach.url + path, { headers: { authorization: `Bearer ${apiKey}` } })
  return (await reply.json()) as Record<string, unknown>
}

const usesOf = async (user: string): Promise<number> => {
  const { canReceive } = (await get(`/v1/users/${openIdOf(user)}/credits`)) as {
    canReceive: { template: { uses: number } }
  }
  return canReceive.template.uses
}

const templateId = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

describe.each(['1.9.90', '3.17.0'])('the demo on base library %s', (library) => {
  it('turns a submitted form into a credit, and a message of it reaches the inbox', async () => {
    phone = await launchDemo(reach, { library })
    await phone.tap('提交一个表单')
    await phone.fill('怎么称呼你？', '小明')
    await phone.tap('提交')
    await until(async () => (await usesOf('Alice')) === 1)

    const sent = await fetch(`${reach.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': 'to-alice',
      },
      body: JSON.stringify({
        channel: 'template',
        openId: openIdOf('Alice'),
        templateId,
        page: 'pages/form/form',
        data: { keyword1: { value: '咖啡' } },
      }),
    })
    expect(await sent.json()).toMatchObject({ state: 'sent' })
    expect((await phone.notices())[0]).toContain('咖啡')
    expect(await usesOf('Alice')).toBe(0)
    await phone.page.getByRole('button', { name: '进入小程序查看' }).click()
    await phone.sees('表单与发送权')
    expect(await phone.route()).toBe('pages/form/form')
  })

  it('shows the group to who opens a card there, and the share tree grows', async () => {
    phone = await launchDemo(reach, { library })
    await phone.share('group')
    const bob = await phone.beside('Bob')
    const path = await bob.openCard()
    const [, shareId] = /_wxr=([\w-]+)/.exec(path)!
    await bob.sees('群 ID (openGId)')
    const shown = await bob.frame()
    const openGId = await shown.locator('.open-gid').innerText()
    expect(await shown.locator('.group-name').innerText()).toBe('家人群')
    expect(await get(`/v1/groups/${openGId}`)).toMatchObject({
      arrivals: [{ openId: openIdOf('Bob'), shareId, scene: 1044 }],
    })

    await bob.share('group', '转发给朋友或群')
    await phone.openCard()
    await until(async () => {
      const { descendants } = (await get(`/v1/shares/${shareId}`)) as { descendants: object[] }
      return descendants.length === 1
    })
    const alicesView = await phone.frame()
    await phone.sees('群 ID (openGId)')
    expect(await alicesView.locator('.open-gid').innerText()).toBe(openGId)
  })

  it('brings all events of a phone that was killed offline, each once', async () => {
    phone = await launchDemo(reach, { library })
    await phone.network('none')
    await phone.tap('提交一个表单')
    for (const n of [1, 2, 3]) {
      await phone.fill('怎么称呼你？', `第 ${n} 次`)
      await phone.tap('提交')
    }
    await phone.kill()
    await phone.launch()
    expect(await usesOf('Alice')).toBe(0)
    await phone.network('wifi')
    await phone.kill()
    await phone.launch()
    await until(async () => (await usesOf('Alice')) > 0)
    await phone.tap('提交一个表单')
    await phone.sees('待服务器确认')
    await until(async () => (await usesOf('Alice')) === 3)
  })
})

it('asks for a subscription in a panel, and each accepted one is a right', async () => {
  phone = await launchDemo(reach)
  await phone.tap('订阅消息')
  await phone.tap('申请订阅')
  await phone.tap('拒绝')
  await phone.sees('reject')
  await phone.tap('申请订阅')
  await phone.tap('允许')
  await phone.sees('accept')
  await until(async () => {
    const { credits } = (await get(`/v1/users/${openIdOf('Alice')}/credits`)) as {
      credits: { kind: string; usesLeft: number }[]
    }
    return credits.some(({ kind, usesLeft }) => kind === 'subscription' && usesLeft === 1)
  })
  const shown = await phone.frame()
  expect(await shown.locator('.accepted').innerText()).toBe('1')
})

it('opens the conversation of a contact button, and shows what support answers', async () => {
  phone = await launchDemo(reach)
  await phone.tap('联系客服')
  await phone.sees('进入客服会话')
  await phone.tap('wx-button')
  await until(async () => {
    const sent = await fetch(`${reach.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': `answer-${Date.now()}`,
      },
      body: JSON.stringify({
        channel: 'customer',
        openId: openIdOf('Alice'),
        msgtype: 'text',
        text: { content: '您好' },
      }),
    })
    return ((await sent.json()) as { state?: string }).state === 'sent'
  })
  const answer = phone.page.locator('.bubble', { hasText: '您好' }).first()
  await answer.waitFor()
  expect(await answer.innerText()).toBe('您好')
})

it('draws the first page within two seconds', async () => {
  phone = await launchDemo(reach)
  const before = Date.now()
  await phone.page.reload()
  await phone.sees('转发与群')
  expect(Date.now() - before).toBeLessThan(2_000)
})
