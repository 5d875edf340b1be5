/** Where and how the platform pushes: what an account's settings page asks for (消息推送). */
export interface PushConfig {
  url: string
  token: string
  /** EncodingAESKey, 43 characters. Asked for by every mode but `plain`. */
  aesKey?: string
  mode: 'plain' | 'compatible' | 'safe'
  format: 'xml' | 'json'
}

/** @throws Error that says which field is wrong, and why. */
export function checkPushConfig(config: PushConfig, anywhere: boolean): PushConfig {
  const { url, aesKey, mode } = config
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Error('url must be an http or https address')
  }
  if (!anywhere && !isLoopback(new URL(url).hostname)) {
    throw new Error('url must be on this machine: a sandbox posts to localhost only')
  }
  if (aesKey !== undefined && !/^[0-9A-Za-z]{43}$/.test(aesKey)) {
    throw new Error('aesKey must be 43 letters and digits')
  }
  if (mode !== 'plain' && aesKey === undefined) throw new Error(`mode ${mode} needs an aesKey`)
  return config
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
