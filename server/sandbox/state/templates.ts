/** The templates that an account holds (个人模板库), in the order in which they were added. */
import type { Random } from '../../runtime/world.ts'
import { firstTemplate, library } from '../rules/library.ts'
import type { TemplateType } from '../rules/public-templates.ts'

export interface Template {
  templateId: string
  title: string
  content: string
  example: string
  type: TemplateType
  /** Keys that a subscribe message's data must have, as `thing1`; empty: not known. */
  keys: readonly string[]
}

interface NewTemplate {
  /** Default: a new one. */
  templateId?: string
  title: string
  keywords: readonly TemplateKeyword[]
  /** Default: 2. */
  type?: TemplateType
}

interface TemplateKeyword {
  name: string
  example: string
  /** Its key in the data of a subscribe message; absent: a template message's keyword. */
  key?: string
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
      content: keywords.map(contentLine).join(''),
      example: keywords.map(exampleLine).join(''),
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
