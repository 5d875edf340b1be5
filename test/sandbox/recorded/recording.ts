/**
 * Reads recordings: what an SDK puts on the wire for each of its calls, and the reply that it must
 * get.
 *
 * `[name]` stands for the lines of that name above the first call, `@control {…}` is an act of a
 * user before a call, and `{{name}}` is a value: of the world, of a control, or of an earlier
 * reply. In a reply a name without a value takes one, and `{{*}}` is anything. A reply shows the
 * header fields that the SDK reads.
 *
 * Bytes are strings of latin1, so that a text may hold a picture.
 */
export interface RecordedCall {
  /** The SDK's name of it. */
  name: string
  acts: { control: string; input: string }[]
  request: Message
  reply: Message
}

export interface Message {
  /** First line and header fields, by LF. */
  head: string
  body: string
}

export type Values = Map<string, string>

export function readRecording(text: string): RecordedCall[] {
  const [preamble = '', ...sections] = text.split(/^### /m)
  const blocks = new Map(
    [...preamble.matchAll(/^\[(\w+)\]\n((?:.+\n)+)/gm)].map(([, name, lines]) => [name, lines]),
  )
  return sections.map((section) => readCall(section, blocks))
}

type Blocks = ReadonlyMap<string | undefined, string | undefined>

function readCall(section: string, blocks: Blocks): RecordedCall {
  const [name = '', ...lines] = section.split('\n')
  const acts = lines.flatMap((line) => {
    const [, control, input = '{}'] = /^@(\w+)(?: (.+))?$/.exec(line) ?? []
    return control === undefined ? [] : { control, input }
  })
  const messages = lines
    .filter((line) => !line.startsWith('@'))
    .join('\n')
    .replace(/^\[(\w+)\]\n/gm, (_, block: string) => {
      const found = blocks.get(block)
      if (found === undefined) throw new Error(`${name}: there is no [${block}]`)
      return found
    })
  const [request, reply] = messages.split(/^(?=HTTP\/1\.1 )/m)
  if (reply === undefined) throw new Error(`${name}: there is no reply`)
  return { name, acts, request: readMessage(request!), reply: readMessage(reply) }
}

function readMessage(text: string): Message {
  const [head = '', ...body] = text.trim().split('\n\n')
  return { head, body: body.join('\n\n') }
}

/** The bytes of a request. */
export function writeRequest({ head, body }: Message, values: Values): Buffer {
  const isForm = /^content-type: multipart/im.test(head)
  const sent = fill(isForm ? `${body}\n`.replaceAll('\n', '\r\n') : body, values)
  const fields = fill(head, new Map([...values, ['length', String(sent.length)]]))
  return Buffer.from(`${fields.replaceAll('\n', '\r\n')}\r\n\r\n${sent}`, 'latin1')
}

const placeholder = /\{\{(\w+|\*)\}\}/

/** @throws when a name has no value. */
export function fill(text: string, values: Values): string {
  return text.replace(new RegExp(placeholder, 'g'), (_, name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`{{${name}}} has no value yet`)
    return value
  })
}

/** What a text of a reply must match. Its groups are the names that take a value. */
export function patternOf(text: string, values: Values): RegExp {
  const parts = text.split(placeholder).map((part, index) => {
    if (index % 2 === 0) return escape(part)
    if (part === '*') return '[^"]*'
    const value = values.get(part)
    return value === undefined ? `(?<${part}>[^",}\\]]+)` : escape(value)
  })
  return new RegExp(`^${parts.join('')}$`)
}

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
