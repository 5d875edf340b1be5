const reference = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g
const predefined: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Text between tags with its references replaced, once. `undefined`: an ampersand that begins no predefined or numeric
 * reference (a document's own entities are how a few lines become gigabytes), a character that XML forbids, or `]]>`.
 */
export function decodeReferences(text: string): string | undefined {
  if (text.includes(']]>') || text.replaceAll(reference, '').includes('&')) return undefined
  let legal = true
  const decoded = text.replaceAll(reference, (_, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return predefined[name]!
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
    if (isCharacter(code)) return String.fromCodePoint(code)
    legal = false
    return ''
  })
  return legal ? decoded : undefined
}

/** XML 1.0 §2.2. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  if (code < 0x1_0000) return code < 0xd800 || (code > 0xdfff && code < 0xfffe)
  return code <= 0x10_ffff
}
