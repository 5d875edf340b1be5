type WithoutNulls<Given> = { [Name in keyof Given]?: NonNullable<Given[Name]> }

export function withoutNulls<Given extends object>(row: Given): WithoutNulls<Given> {
  const given = Object.entries(row).filter(([, value]) => value !== null)
  return Object.fromEntries(given) as WithoutNulls<Given>
}
