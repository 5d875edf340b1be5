/** Values of rows, as the store's interface has them. */

/** SQLite returns plain bytes, PostgreSQL a Buffer. Does not copy. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

type WithoutNulls<Given> = { [Name in keyof Given]?: NonNullable<Given[Name]> }

export function withoutNulls<Given extends object>(row: Given): WithoutNulls<Given> {
  const given = Object.entries(row).filter(([, value]) => value !== null)
  return Object.fromEntries(given) as WithoutNulls<Given>
}
