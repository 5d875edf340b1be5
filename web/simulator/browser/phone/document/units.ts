/** Units of WXSS in the styles that a template sets: as in style sheets. */
export const withUnits = (text: string): string =>
  text
    .replace(/(-?\d*\.?\d+)rpx\b/g, (_, number: string) => `${Number(number) / 7.5}vw`)
    .replace(/(-?\d*\.?\d+)vh\b/g, (_, number: string) => `calc(${number} * var(--page-vh, 1vh))`)
    .replace(/url\(\s*(['"]?)(https?:[^'")]+)\1\s*\)/g, (_, __, address: string) => {
      return `url("${imageAddress(address)}")`
    })

/**
 * Where the page finds a picture: of the project, inline, or of another host through the simulator.
 */
export function imageAddress(src: string, from = ''): string {
  if (/^(data|blob):/.test(src)) return src
  if (/^https?:/.test(src)) return `/image?url=${encodeURIComponent(src)}`
  if (src.startsWith('//')) return `/image?url=${encodeURIComponent(`https:${src}`)}`
  const folder = from.split('/').slice(0, -1)
  const parts = src.startsWith('/') ? [] : folder
  for (const part of src.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return `/files/${parts.map(encodeURIComponent).join('/')}`
}
