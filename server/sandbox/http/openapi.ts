/** The OpenAPI document of the controls, from the schemas that decode their input. */
import Type from 'typebox'
import { Id, splitInput, type Control } from '../controls/control.ts'

const error = Type.Object({ error: Type.String({ description: 'What is wrong, and what to do.' }) })
const AppId = Type.Optional(Type.String({ description: 'Optional while the sandbox has one app.' }))

/** @param controls under the names of their functions. */
export function openApiDocument(controls: Readonly<Record<string, Control>>): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const [name, control] of Object.entries(controls)) {
    const path = control.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [control.method.toLowerCase()]: operation(name, control) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Controls of the wx-reach sandbox',
      version: '1',
      description:
        'Each `operationId` is a function of `sandbox.control` too. In a new sandbox examples ' +
        'work in the order of this document. `x-before` names calls of the API that an example ' +
        'needs besides: `{code}` in a path stands for the field `code` of an earlier reply.',
    },
    paths,
    components: {
      responses: {
        Refused: { description: 'The request is wrong.', content: json({ schema: error }) },
        Unknown: {
          description: 'It names something that the sandbox does not have.',
          content: json({ schema: error }),
        },
      },
    },
  }
}

function operation(operationId: string, control: Control): object {
  const { method, path, summary, description, fields, reply, before } = control
  const { params, body } = splitInput(path, control.example)
  const parameters = Object.entries(params).map(([name, example]) => {
    return { name, in: 'path', required: true, schema: Id, example }
  })
  const appId = { name: 'appId', in: 'query', schema: AppId }
  const schema = Type.Object({ ...fields, appId: AppId }, { additionalProperties: false })
  const required = (schema.required ?? []).length > 0
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    ...(method === 'POST' || method === 'PUT'
      ? { parameters, requestBody: { required, content: json({ schema, example: body }) } }
      : { parameters: [...parameters, appId] }),
    responses: {
      200: { description: 'Done.', content: json({ schema: reply }) },
      400: { $ref: '#/components/responses/Refused' },
      404: { $ref: '#/components/responses/Unknown' },
    },
    ...(before && { 'x-before': before }),
  }
}

const json = (media: object) => ({ 'application/json': media })
