import { publicTemplates } from '../rules/public-templates.ts'
import type { Endpoint } from './endpoint.ts'
import { whole } from './fields.ts'
import { ok, refuse } from './reply.ts'

/**
 * Adds a template of a title and some of its keywords, in their order (platform, newtmpl addtemplate). The
 * page asks for form-urlencoded, with `kidList` once for each; the SDKs send JSON, which is taken too.
 */
export const newtmplAdd: Endpoint = {
  method: 'POST',
  path: '/wxaapi/newtmpl/addtemplate',
  needs: 'token',
  takes: 'form',
  editions: ['2026'],
  answer(body, account) {
    const found = publicTemplates.find(({ tid }) => tid === whole(body['tid']))
    if (!found) return refuse(200014)
    const { min, max } = account.limits().kidsPerTemplate
    const kids = Array.isArray(body['kidList']) ? body['kidList'].map(whole) : []
    if (kids.length < min || kids.length > max || new Set(kids).size < kids.length) {
      return refuse(200020)
    }
    const keywords = kids.flatMap((kid) => found.keywords.find((each) => each.kid === kid) ?? [])
    if (keywords.length < kids.length) return refuse(200020)
    const scene = body['sceneDesc'] ?? ''
    if (typeof scene !== 'string' || [...scene].length > account.limits().sceneDescription) {
      return refuse(200021)
    }
    const { templateId } = account.templates.add({
      title: found.title,
      type: found.type,
      keywords: keywords.map(({ kid, name, example, rule }) => {
        return { name, example, key: `${rule}${kid}` }
      }),
    })
    return ok({ priTmplId: templateId })
  },
}
