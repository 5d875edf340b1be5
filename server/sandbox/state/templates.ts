/** The templates that an account holds (个人模板库), in the order in which they were added. */
import type { Random } from '../../runtime/world.ts'
import { firstTemplate, library } from '../rules/library.ts'
import type { TemplateType } from '../rules/public-templates.ts'

export interface Template {
  templateId: string
  /** Template messages (模板消息) and subscribe messages (订阅消息) have templates of their own. */
  channel: TemplateChannel
  title: string
  content: string
  example: string
  type: TemplateType
  /** Keys that a subscribe message's data must have, as `thing1`; empty: not known. */
  keys: readonly string[]
}

export type TemplateChannel = 'template' | 'subscribe'

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

export function createTemplates(random: Random): Templates {
  const templates = new Map<string, Template>()
  const add = (added: NewTemplate) => {
    const { templateId = newTemplateId(random), channel, title, type = 2 } = added
    const keywords =
      channel === 'template'
        ? added.keywords
        : added.keywords.map((each, index) => ({ key: `thing${index + 1}`, ...each }))
    const template: Template = {
      templateId,
      channel,
      title,
      content: keywords.map(contentLine).join(''),
      example: keywords.map(exampleLine).join(''),
      type,
      keys: channel === 'template' ? [] : keywords.flatMap(({ key }) => key ?? []),
    }
    templates.set(templateId, template)
    return template
  }
  const find = (templateId: string, channel?: TemplateChannel) => {
    const found = templates.get(templateId)
    return found && (channel ?? found.channel) === found.channel ? found : undefined
  }
  const { title, keywords } = library.find(({ id }) => id === firstTemplate.libraryId)!
  add({ templateId: firstTemplate.templateId, channel: 'template', title, keywords })
  return {
    add,
    find,
    delete: (templateId, channel) =>
      find(templateId, channel) !== undefined && templates.delete(templateId),
    list: (channel) => [...templates.values()].filter((each) => each.channel === channel),
  }
}

// The punctuation is that of the pages' examples: in seeds/001 the content has no colon, and the
// example has a full-width one.
function contentLine({ name, key }: TemplateKeyword, index: number): string {
  return key ? `${name}:{{${key}.DATA}}\n` : `${name}{{keyword${index + 1}.DATA}}\n`
}

function exampleLine({ name, example, key }: TemplateKeyword): string {
  return `${name}${key ? ':' : '：'}${example}\n`
}

/** The platform's templateIds have 43 characters. */
function newTemplateId(random: Random): string {
  return random(32).toString('base64url')
}
