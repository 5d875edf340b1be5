/** The templates that the account holds at the sandbox. */
import type { Sandbox } from './http.ts'

export interface Template {
  templateId: string
  title: string
  keywords: { key: string; name: string }[]
}

/** By their ids; none where there is no sandbox. */
export async function readTemplates(sandbox: Sandbox): Promise<ReadonlyMap<string, Template>> {
  const { templates } = await sandbox
    .get<{ templates: Template[] }>('templates')
    .catch(() => ({ templates: [] }))
  return new Map(templates.map((template) => [template.templateId, template]))
}
