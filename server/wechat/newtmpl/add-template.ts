import type { Authorized } from '../authorized.ts'
import type { AuthorizedReply } from '../reply.ts'

export interface NewSubscribeTemplate {
  /** Of a public title. */
  titleId: string
  /** 2 to 5, in the order in which the template shows them. */
  keywordIds: number[]
  /** What it is for, at most 15 characters. */
  sceneDescription: string
}

/**
 * Adds a template to the account (platform: newtmpl addtemplate). The page takes no JSON here: 不支持
 * application/json 格式; each keyword is a `kidList` of its own, in order.
 */
export function addTemplate(
  authorized: Authorized,
  { titleId, keywordIds, sceneDescription }: NewSubscribeTemplate,
): Promise<AuthorizedReply<{ templateId: string }>> {
  return authorized({
    path: '/wxaapi/newtmpl/addtemplate',
    body: new URLSearchParams([
      ['tid', titleId],
      ...keywordIds.map((id): [string, string] => ['kidList', String(id)]),
      ['sceneDesc', sceneDescription],
    ]),
    decode: ({ priTmplId: templateId }) =>
      typeof templateId === 'string' ? { templateId } : undefined,
  })
}
