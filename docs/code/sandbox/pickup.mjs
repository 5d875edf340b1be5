/** The code under test. The base address of the platform is a setting of it. */
export async function sendPickup(base, openId, thing) {
  const app = 'appid=wx0000000000sandbox&secret=sandbox-secret'
  const issued = await fetch(`${base}/cgi-bin/token?grant_type=client_credential&${app}`)
  const { access_token: token } = await issued.json()
  const sent = await fetch(`${base}/cgi-bin/message/subscribe/send?access_token=${token}`, {
    method: 'POST',
    body: JSON.stringify({
      touser: openId,
      template_id: 'pickup',
      data: { thing1: { value: thing } },
    }),
  })
  return (await sent.json()).errcode
}
