interface Settings {
  base: string
  appId: string
  secret: string
  redis: {
    rPush(key: string, value: string): Promise<unknown>
    lPop(key: string): Promise<string | undefined>
  }
}

/** The usual code, as it grows in a backend: do not copy it. */
export function createSender({ base, appId, secret, redis }: Settings) {
  // 1. The token in a variable: each process fetches its own, and ends that of the others.
  let token: { value: string; endsAt: number } | undefined

  async function accessToken(): Promise<string> {
    if (token && token.endsAt > Date.now()) return token.value
    const app = `appid=${appId}&secret=${secret}`
    const reply = await fetch(`${base}/cgi-bin/token?grant_type=client_credential&${app}`)
    const issued = (await reply.json()) as { access_token: string; expires_in: number }
    token = { value: issued.access_token, endsAt: Date.now() + issued.expires_in * 1_000 }
    return token.value
  }

  return {
    // 2. formIds in a list of Redis: nothing ends them after seven days.
    saveFormId: (openId: string, formId: string) => redis.rPush(`formIds:${openId}`, formId),

    // 3. A loop of retries: after a lost reply the user gets the message again.
    async send(message: { touser: string; template_id: string; data: object }) {
      for (let tries = 0; tries < 3; tries += 1) {
        const formId = await redis.lPop(`formIds:${message.touser}`)
        if (!formId) return 'no formId'
        try {
          const url = `${base}/cgi-bin/message/wxopen/template/send`
          const reply = await fetch(`${url}?access_token=${await accessToken()}`, {
            method: 'POST',
            body: JSON.stringify({ ...message, form_id: formId }),
          })
          const { errcode } = (await reply.json()) as { errcode: number }
          if (errcode === 0) return 'sent'
          if (errcode === 40001) token = undefined
        } catch {
          // The next formId.
        }
      }
      return 'failed'
    },
  }
}
