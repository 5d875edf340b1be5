/** The templates that an account holds (个人模板库), in the order in which they came. */
import type { Random } from '../../runtime/world.ts'
import { firstTemplate, library } from '../rules/library.ts'
import type { TemplateType } from '../rules/public-templates.ts'

export interface Template {
  templateId: string
  title: string
  content: string
  example: string
  type: TemplateType
  /** What a subscribe message's data must hold, as `thing1`; empty: it is not known. */
  keys: readonly string[]
}

export interface NewTemplate {
  templateId?: string
  title: string
  /** `key`: its name in the data of a subscribe message. */
  keywords: readonly { name: string; example: string; key?: string }[]
  /** Default: 2. */
  type?: TemplateType
}

export interface Templates {
  /** Adds one, or replaces the one with its templateId. */
  add(template: NewTemplate): Template
  find(templateId: string): Template | undefined
  /** `false`: there was none. */
  delete(templateId: string): boolean
  list(): Template[]
}

export function createTemplates(random: Random): Templates {
  const templates = new Map<string, Template>()
  const add = ({ templateId = newTemplateId(random), title, keywords, type = 2 }: NewTemplate) => {
    const template: Template = {
      templateId,
      title,
      // Built as the pages' examples: seeds/001 has no colon in the one and a wide one in the other.
      content: keywords
        .map(({ name, key }, i) =>
          key ? `${name}:{{${key}.DATA}}\n` : `${name}{{keyword${i + 1}.DATA}}\n`,
        )
        .join(''),
      example: keywords
        .map(({ name, example, key }) => `${name}${key ? ':' : '：'}${example}\n`)
        .join(''),
      type,
      keys: keywords.flatMap(({ key }) => key ?? []),
    }
    templates.set(templateId, template)
    return template
  }
  const { title, keywords } = library.find(({ id }) => id === firstTemplate.libraryId)!
  add({ templateId: firstTemplate.templateId, title, keywords })
  return {
    add,
    find: (templateId) => templates.get(templateId),
    delete: (templateId) => templates.delete(templateId),
    list: () => [...templates.values()],
  }
}

/** 43 characters, as the platform's. */
function newTemplateId(random: Random): string {
  return random(32).toString('base64url')
}
