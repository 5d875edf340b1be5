/** The samples of docs/reverse-proxy.md agree with the routes and rules of the server. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { routes } from '../../server/http/routes/routes.ts'
import { mediaRules } from '../../server/rules/media.ts'
import { connectionRules } from '../../server/rules/process.ts'
import { sendRules } from '../../server/rules/sending.ts'
import { second } from '../../server/rules/time.ts'

const text = readFileSync(join(__dirname, '../../docs/reverse-proxy.md'), 'utf8')
const sampleOf = (language: string) =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(text)![1]!

describe.each([
  ['nginx', /location ~ (\S+) \{/, /keepalive_timeout (\d+)s/, /proxy_read_timeout (\d+)s/],
  ['caddyfile', /path_regexp (\S+)/, /keepalive (\d+)s/, /response_header_timeout (\d+)s/],
])('the sample for %s', (language, publicPaths, keepAlive, replyTimeout) => {
  const sample = sampleOf(language)
  const numberOf = (pattern: RegExp) => Number(pattern.exec(sample)![1])

  it('opens the routes of phones and of WeChat to the public, and no others of /v1', () => {
    const opened = new RegExp(publicPaths.exec(sample)![1]!)
    const paths = (isPublic: boolean) =>
      routes
        .filter(({ caller, path }) => {
          const ofPublic = caller === 'phone' || caller === 'anyone'
          return path.startsWith('/v1/') && ofPublic === isPublic
        })
        .map(({ path }) => path)
    expect(paths(true).filter((path) => !opened.test(path))).toEqual([])
    expect(paths(false).filter((path) => opened.test(path))).toEqual([])
  })

  it('closes a kept connection before the server does', () => {
    expect(numberOf(keepAlive) * second).toBeLessThan(connectionRules.keepAliveMs)
  })

  it('waits for the reply to a message, and takes an image', () => {
    expect(numberOf(replyTimeout) * second).toBeGreaterThan(sendRules.answerWithinMs)
    expect(mediaRules.maxBytes).toBe(2 * 2 ** 20)
    expect(sample).toMatch(/client_max_body_size 2m|max_size 2MiB/)
  })
})
