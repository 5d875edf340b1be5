/** Elements in one expression. */
export interface ElementOptions {
  class?: string
  text?: string
  attributes?: Record<string, string>
  style?: Partial<CSSStyleDeclaration>
  onClick?: (event: MouseEvent) => void
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: (Node | string | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  if (options.class !== undefined) made.className = options.class
  if (options.text !== undefined) made.textContent = options.text
  for (const [name, value] of Object.entries(options.attributes ?? {})) {
    made.setAttribute(name, value)
  }
  Object.assign(made.style, options.style)
  const { onClick } = options
  if (onClick) made.addEventListener('click', onClick as EventListener)
  made.append(...children.filter((child) => child !== undefined))
  return made
}

/** A drawing of paths in a square of 24. */
export function drawing(paths: readonly string[], size = 24): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('width', String(size))
  svg.setAttribute('height', String(size))
  svg.setAttribute('fill', 'none')
  svg.setAttribute('stroke', 'currentColor')
  svg.setAttribute('stroke-width', '1.8')
  svg.setAttribute('stroke-linecap', 'round')
  svg.setAttribute('stroke-linejoin', 'round')
  svg.setAttribute('aria-hidden', 'true')
  for (const path of paths) {
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    line.setAttribute('d', path)
    svg.append(line)
  }
  return svg
}
