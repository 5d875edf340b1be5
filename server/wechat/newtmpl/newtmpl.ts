/** The subscribe templates of an account: `/wxaapi/newtmpl/…` (edition 2026). */
import type { Authorized } from '../authorized.ts'
import type { JsonObject } from '../http.ts'
import type { AuthorizedReply } from '../reply.ts'
import { addTemplate, type NewSubscribeTemplate } from './add-template.ts'
import { deleteTemplate } from './delete-template.ts'
import { listCategories, type Category } from './list-categories.ts'
import { listKeywords, type PublicKeyword } from './list-keywords.ts'
import { listTemplates, type SubscribeTemplate } from './list-templates.ts'
import { listTitles, type PublicTitles, type TitlesQuery } from './list-titles.ts'

export interface Newtmpl {
  categories(): Promise<AuthorizedReply<Category[]>>
  titles(query: TitlesQuery): Promise<AuthorizedReply<PublicTitles>>
  keywords(titleId: string): Promise<AuthorizedReply<PublicKeyword[]>>
  add(template: NewSubscribeTemplate): Promise<AuthorizedReply<{ templateId: string }>>
  list(): Promise<AuthorizedReply<SubscribeTemplate[]>>
  delete(templateId: string): Promise<AuthorizedReply<JsonObject>>
}

export function createNewtmpl(authorized: Authorized): Newtmpl {
  return {
    categories: () => listCategories(authorized),
    titles: (query) => listTitles(authorized, query),
    keywords: (titleId) => listKeywords(authorized, titleId),
    add: (template) => addTemplate(authorized, template),
    list: () => listTemplates(authorized),
    delete: (templateId) => deleteTemplate(authorized, templateId),
  }
}
