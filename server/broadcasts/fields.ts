/** `{{field}}` in the texts of a broadcast, which each recipient fills. */

/** What a recipient brings, by the name of the field. */
export type Fields = Readonly<Record<string, string>>

export type Filled = { ok: true; text: string } | { ok: false; missing: string[] }

const name = String.raw`[A-Za-z]\w{0,31}`
const field = new RegExp(String.raw`\{\{\s*(${name})\s*\}\}`, 'g')
const wholeName = new RegExp(`^${name}$`)

/** What a name is, to be read after “is”. */
export const nameRule = 'a letter and up to 31 letters, digits or _'

export const isFieldName = (text: string): boolean => wholeName.test(text)

/** The fields that the text needs, each once. */
export const fieldNames = (text: string): string[] => [
  ...new Set([...text.matchAll(field)].map(([, found]) => found!)),
]

/** What is wrong with the braces of a text; `undefined`: nothing. */
export function fieldProblem(text: string): string | undefined {
  const rest = text.replaceAll(field, '')
  if (!rest.includes('{{') && !rest.includes('}}')) return undefined
  return `holds braces that are no field: a field is {{name}}, and its name is ${nameRule}`
}

/** In one pass: what a recipient brings is text, also where it holds braces. */
export function fill(text: string, fields: Fields): Filled {
  const missing = fieldNames(text).filter((one) => !Object.hasOwn(fields, one))
  if (missing.length > 0) return { ok: false, missing }
  return { ok: true, text: text.replaceAll(field, (_, one: string) => fields[one]!) }
}
