/** The templates that an account holds (个人模板库), in the order in which they were added. */
import Type from 'typebox'
import type { Random } from '../../runtime/world.ts'
import { firstTemplate, library } from '../rules/library.ts'
import type { TemplateType } from '../rules/public-templates.ts'
import { Fields, type Memory } from '../rules/memory.ts'

const Template = Fields({
  templateId: Type.String(),
  /** Template messages (模板消息) and subscribe messages (订阅消息) have templates of their own. */
  channel: Type.Enum(['template', 'subscribe']),
  title: Type.String(),
  content: Type.String(),
  example: Type.String(),
  type: Type.Enum([2, 3]),
  /** Keys that a subscribe message's data must have, as `thing1`; empty: not known. */
  keys: Type.Array(Type.String()),
})
export type Template = Memory<typeof Template>

export type TemplateChannel = Template['channel']

export const TemplatesMemory = Type.Array(Template)

interface NewTemplate {
  /** Default: a new one. */
  templateId?: string
  channel: TemplateChannel
  title: string
  keywords: readonly TemplateKeyword[]
  /** Default: 2. */
  type?: TemplateType
}

interface TemplateKeyword {
  name: string
  example: string
  /** Its key in the data of a subscribe message. Default: `thing1` and so on, in their order. */
  key?: string
}

export interface Templates {
  /** Adds one, or replaces the one with its templateId. */
  add(template: NewTemplate): Template
  /** `channel`: `undefined` for a template of the other one. Default: both. */
  find(templateId: string, channel?: TemplateChannel): Template | undefined
  /** `false`: there was none. */
  delete(templateId: string, channel?: TemplateChannel): boolean
  list(channel: TemplateChannel): Template[]
}

export function createTemplates(templates: Template[], random: Random): Templates {
  const find = (templateId: string, channel?: TemplateChannel) =>
    templates.find(
      (each) => each.templateId === templateId && (channel ?? each.channel) === each.channel,
    )
  return {
    find,
    add({ templateId = newTemplateId(random), ...added }) {
      const template = templateOf(templateId, added)
      const replaced = find(templateId)
      if (replaced) templates.splice(templates.indexOf(replaced), 1, template)
      else templates.push(template)
      return template
    },
    delete(templateId, channel) {
      const found = find(templateId, channel)
      if (!found) return false
      templates.splice(templates.indexOf(found), 1)
      return true
    },
    list: (channel) => templates.filter((each) => each.channel === channel),
  }
}

/** What a new account holds. */
export function firstTemplates(): Template[] {
  const { title, keywords } = library.find(({ id }) => id === firstTemplate.libraryId)!
  return [templateOf(firstTemplate.templateId, { channel: 'template', title, keywords })]
}

function templateOf(
  templateId: string,
  { channel, title, keywords: named, type = 2 }: NewTemplate,
): Template {
  const keywords: readonly TemplateKeyword[] =
    channel === 'template'
      ? named
      : named.map((each, index) => ({ key: `thing${index + 1}`, ...each }))
  return {
    templateId,
    channel,
    title,
    content: keywords.map(contentLine).join(''),
    example: keywords.map(exampleLine).join(''),
    type,
    keys: channel === 'template' ? [] : keywords.flatMap(({ key }) => key ?? []),
  }
}

// The punctuation is that of the pages' examples: in seeds/001 the content has no colon, and the
// example has a full-width one.
function contentLine({ name, key }: TemplateKeyword, index: number): string {
  return key ? `${name}:{{${key}.DATA}}\n` : `${name}{{keyword${index + 1}.DATA}}\n`
}

const keywordOfLine = /^(.*?):?\{\{(\w+)\.DATA\}\}$/gm

/** The names of a template's keywords, and the keys that a message gives them by. */
export const keywordsOf = (content: string): { key: string; name: string }[] =>
  [...content.matchAll(keywordOfLine)].map(([, name, key]) => ({ key: key!, name: name! }))

function exampleLine({ name, example, key }: TemplateKeyword): string {
  return `${name}${key ? ':' : '：'}${example}\n`
}

/** The platform's templateIds have 43 characters. */
function newTemplateId(random: Random): string {
  return random(32).toString('base64url')
}
