/** Reads the samples for nginx and Caddy as far as a test can without the programs. */

interface Statement {
  words: string[]
  block: Statement[] | undefined
}

/** What is wrong with a configuration of nginx that is included in its `http`. */
export function readNginx(text: string): string[] {
  const tokens = text.replaceAll(/(^|\s)#.*$/gm, '').match(/"[^"]*"|[{};]|[^\s{};]+/g) ?? []
  const problems: string[] = []
  let at = 0
  function statements(isInner: boolean): Statement[] {
    const read: Statement[] = []
    let words: string[] = []
    for (; at < tokens.length; at += 1) {
      const token = tokens[at]!
      if (token === '}') {
        if (words.length > 0) problems.push(`${words.join(' ')} lacks its semicolon`)
        if (!isInner) problems.push('a brace closes nothing')
        return read
      }
      if (token === ';') read.push({ words: words.splice(0), block: undefined })
      else if (token === '{') {
        at += 1
        read.push({ words: words.splice(0), block: statements(true) })
      } else words.push(token)
    }
    if (words.length > 0) problems.push(`${words.join(' ')} lacks its semicolon`)
    if (isInner) problems.push('a block does not end')
    words = []
    return read
  }
  const top = statements(false)
  const all = (some: readonly Statement[]): Statement[] =>
    some.flatMap((one) => [one, ...all(one.block ?? [])])
  const named = (name: string) => all(top).filter(({ words }) => words[0] === name)

  for (const { words, block } of all(top)) {
    const [name = ''] = words
    // `server` is a line within `upstream`.
    if (name === 'server') continue
    const known = directives[name]
    if (known === undefined) problems.push(`${name} is no directive that we use`)
    else if ((known === 'block') !== (block !== undefined)) problems.push(`${name} is a ${known}`)
  }
  const zones = [...named('limit_conn_zone'), ...named('limit_req_zone')].map(
    ({ words }) => /zone=(\w+)/.exec(words.join(' '))![1]!,
  )
  const used = [
    ...named('limit_conn').map(({ words }) => words[1]!),
    ...named('limit_req').map(({ words }) => /zone=(\w+)/.exec(words.join(' '))![1]!),
  ]
  problems.push(...differing(zones, used).map((zone) => `the zone ${zone} is unused or unknown`))
  const upstreams = named('upstream').map(({ words }) => words[1]!)
  const passed = named('proxy_pass').map(({ words }) => words[1]!.replace('http://', ''))
  problems.push(...differing(upstreams, passed).map((name) => `${name} is no used upstream`))
  return problems
}

/** Those of the sample. A new one is looked up at nginx.org before it gets a line. */
const directives: Readonly<Record<string, 'line' | 'block'>> = {
  access_log: 'line',
  allow: 'line',
  client_body_timeout: 'line',
  client_header_timeout: 'line',
  client_max_body_size: 'line',
  deny: 'line',
  keepalive: 'line',
  keepalive_timeout: 'line',
  limit_conn: 'line',
  limit_conn_zone: 'line',
  limit_req: 'line',
  limit_req_zone: 'line',
  listen: 'line',
  location: 'block',
  proxy_buffering: 'line',
  proxy_http_version: 'line',
  proxy_pass: 'line',
  proxy_read_timeout: 'line',
  proxy_set_header: 'line',
  return: 'line',
  send_timeout: 'line',
  server_name: 'line',
  ssl_certificate: 'line',
  ssl_certificate_key: 'line',
  upstream: 'block',
}
const differing = (some: readonly string[], others: readonly string[]) => [
  ...some.filter((one) => !others.includes(one)),
  ...others.filter((one) => !some.includes(one)),
]

/** What is wrong with a Caddyfile. */
export function readCaddyfile(text: string): string[] {
  const problems: string[] = []
  let depth = 0
  for (const line of text.split('\n')) {
    const trimmed = line.replace(/(^|\s)#.*$/, '').trimEnd()
    if (trimmed === '') continue
    if (trimmed.trim() === '}') depth -= 1
    if (depth < 0) problems.push('a brace closes nothing')
    if (trimmed.search(/\S/) !== 2 * Math.max(depth, 0)) problems.push(`indented wrongly: ${line}`)
    if (/[{}]/.test(trimmed.replace(/(^| )\{$/, '').replace(/^\s*\}$/, ''))) {
      problems.push(`a brace stands at the end of a line, alone or after a blank: ${line}`)
    }
    if (trimmed.endsWith('{')) depth += 1
  }
  if (depth > 0) problems.push('a block does not end')
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!)
  const matchers = all(/^\s+@(\w+) /gm)
  problems.push(
    ...differing(matchers, all(/^\s+\w+ @(\w+)/gm)).map((name) => `@${name} is unused or unknown`),
    ...differing(all(/^\((\w+)\) \{$/gm), [...new Set(all(/^\s+import (\w+)$/gm))]).map(
      (name) => `the snippet ${name} is unused or unknown`,
    ),
  )
  return problems
}
