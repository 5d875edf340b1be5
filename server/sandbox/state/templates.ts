/** The templates that an account holds (个人模板库), in the order in which they came. */
import type { Random } from '../../world.ts'
import { firstTemplate } from '../rules/first-template.ts'
import { library } from '../rules/library.ts'

export interface Template {
  templateId: string
  title: string
  content: string
  example: string
}

export interface NewTemplate {
  templateId?: string
  title: string
  keywords: readonly { name: string; example: string }[]
}

export interface Templates {
  /** Adds one, or replaces the one with its templateId. Returns the templateId. */
  add(template: NewTemplate): string
  has(templateId: string): boolean
  /** `false`: there was none. */
  delete(templateId: string): boolean
  list(): Template[]
}

export function createTemplates(random: Random): Templates {
  const templates = new Map<string, Template>()
  const add = ({ templateId = newTemplateId(random), title, keywords }: NewTemplate) => {
    templates.set(templateId, {
      templateId,
      title,
      // Built as the page's example, without a colon in the one and with a wide one in the other.
      content: keywords.map(({ name }, i) => `${name}{{keyword${i + 1}.DATA}}\n`).join(''),
      example: keywords.map(({ name, example }) => `${name}：${example}\n`).join(''),
    })
    return templateId
  }
  const { title, keywords } = library.find(({ id }) => id === firstTemplate.libraryId)!
  add({ templateId: firstTemplate.templateId, title, keywords })
  return {
    add,
    has: (templateId) => templates.has(templateId),
    delete: (templateId) => templates.delete(templateId),
    list: () => [...templates.values()],
  }
}

/** 43 characters, as the platform's. */
function newTemplateId(random: Random): string {
  return random(32).toString('base64url')
}
