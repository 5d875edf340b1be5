/** image, cover-image, icon, progress, rich-text, web-view, open-data. */
import { drawing, element as make } from '../../dom.ts'
import { imageAddress, withUnits } from '../document/units.ts'
import { phoneWords } from '../platform/words.ts'
import type { BuiltIn, Host } from './component.ts'

/** The modes of `<image>` as object-fit and object-position. */
const fits: Record<string, [fit: string, position: string]> = {
  scaleToFill: ['fill', 'center'],
  aspectFit: ['contain', 'center'],
  aspectFill: ['cover', 'center'],
  widthFix: ['fill', 'center'],
  heightFix: ['fill', 'center'],
  top: ['none', 'top'],
  bottom: ['none', 'bottom'],
  center: ['none', 'center'],
  left: ['none', 'left'],
  right: ['none', 'right'],
  'top left': ['none', 'left top'],
  'top right': ['none', 'right top'],
  'bottom left': ['none', 'left bottom'],
  'bottom right': ['none', 'right bottom'],
}

/** Relative paths are relative to the file of the template. */
const templateOf = ({ component }: Host): string =>
  component.ownerShadowRoot?.getHostNode().is ?? ''

const image = (tag: string): BuiltIn => ({
  tag,
  properties: { src: '', mode: 'scaleToFill', lazyLoad: false, showMenuByLongpress: false },
  create(host) {
    const { element, get, trigger } = host
    const picture = make('img', { attributes: { alt: '' } })
    element.append(picture)
    picture.addEventListener('load', () => {
      picture.removeAttribute('data-failed')
      trigger('load', { width: picture.naturalWidth, height: picture.naturalHeight })
    })
    picture.addEventListener('error', () => {
      picture.setAttribute('data-failed', '')
      trigger('error', { errMsg: 'image load failed' })
    })
    let shown: string | undefined
    return () => {
      const mode = get('mode')
      const [fit, position] = fits[mode] ?? fits['scaleToFill']!
      element.setAttribute('mode', mode)
      picture.style.objectFit = fit
      picture.style.objectPosition = position
      const src = get('src')
      if (src === shown) return
      shown = src
      if (src === '') picture.removeAttribute('src')
      else picture.src = imageAddress(src, templateOf(host))
    }
  },
})

const icons: Record<string, [color: string, paths: string[]]> = {
  success: ['#07c160', ['M5 12.5l4.5 4.5L19 7.5']],
  success_no_circle: ['#07c160', ['M5 12.5l4.5 4.5L19 7.5']],
  info: ['#10aeff', ['M12 11v6', 'M12 7.5v.01']],
  warn: ['#fa5151', ['M12 6.5v7', 'M12 17v.01']],
  waiting: ['#10aeff', ['M12 7v5l3.5 2']],
  cancel: ['#fa5151', ['M8 8l8 8', 'M16 8l-8 8']],
  clear: ['#b2b2b2', ['M8 8l8 8', 'M16 8l-8 8']],
  download: ['#07c160', ['M12 6v10', 'M8 12.5l4 4 4-4']],
  search: ['#b2b2b2', ['M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z', 'M15.5 15.5L20 20']],
}
const withoutCircle = ['success_no_circle', 'search']

const icon: BuiltIn = {
  tag: 'icon',
  properties: { type: '', size: 23, color: '' },
  create:
    ({ element, get }) =>
    () => {
      const type = get('type')
      const [color, paths] = icons[type] ?? ['#b2b2b2', []]
      const size = Number.parseFloat(String(get<number | string>('size'))) || 23
      const circle = 'M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z'
      element.replaceChildren(
        drawing([...(withoutCircle.includes(type) ? [] : [circle]), ...paths], size),
      )
      element.style.color = get('color') || color
    },
}

const progress: BuiltIn = {
  tag: 'progress',
  properties: {
    percent: 0,
    showInfo: false,
    strokeWidth: 6,
    borderRadius: 0,
    fontSize: 16,
    activeColor: '#09BB07',
    color: '',
    backgroundColor: '#EBEBEB',
    active: false,
    activeMode: 'backwards',
    duration: 30,
  },
  create({ element, get, trigger }) {
    const bar = make('div', { class: 'progress-bar' })
    const track = make('div', { class: 'progress-track' }, bar)
    const info = make('span', { class: 'progress-info' })
    element.append(track, info)
    let drawn = 0
    bar.addEventListener('transitionend', () => trigger('activeend', { curPercent: drawn }))

    function fill(percent: number, from: number) {
      bar.style.transition = ''
      bar.style.width = `${from}%`
      drawn = percent
      // The browser has to see where it begins.
      requestAnimationFrame(() => {
        const ms = Math.abs(percent - from) * get<number>('duration')
        bar.style.transition = get<boolean>('active') ? `width ${ms}ms linear` : ''
        bar.style.width = `${percent}%`
      })
    }
    return (changed) => {
      const percent = Math.min(100, Math.max(0, get<number>('percent')))
      element.setAttribute('role', 'progressbar')
      element.setAttribute('aria-valuenow', String(percent))
      track.style.height = `${get<number>('strokeWidth')}px`
      track.style.borderRadius = `${get<number>('borderRadius')}px`
      track.style.background = get('backgroundColor')
      bar.style.background = get('color') || get('activeColor')
      info.textContent = `${percent}%`
      info.style.fontSize = `${get<number>('fontSize')}px`
      info.hidden = !get<boolean>('showInfo')
      if (changed !== undefined && changed !== 'percent') return
      fill(percent, get('activeMode') === 'forwards' ? drawn : 0)
    }
  },
}

interface RichNode {
  type?: string
  name?: string
  text?: string
  attrs?: Record<string, string>
  children?: RichNode[]
}

/** Tags of HTML that the platform draws, in rich text as in a template. */
export const htmlTags: ReadonlySet<string> = new Set(
  (
    'a abbr address article aside b bdi bdo big blockquote br caption center cite code col ' +
    'colgroup dd del div dl dt em fieldset font footer h1 h2 h3 h4 h5 h6 header hr i img ins ' +
    'label legend li mark nav ol p pre q rt ruby s section small span strong sub sup table ' +
    'tbody td tfoot th thead tr tt u ul'
  ).split(' '),
)

function drawRich(node: RichNode): Node | undefined {
  if (node.type === 'text' || node.text !== undefined) {
    return document.createTextNode(node.text ?? '')
  }
  const name = (node.name ?? 'div').toLowerCase()
  if (!htmlTags.has(name)) return undefined
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(node.attrs ?? {})) {
    if (attribute === 'style') made.style.cssText = withUnits(value)
    else if (attribute === 'src') made.setAttribute('src', imageAddress(value))
    else if (/^(class|width|height|colspan|rowspan|start|type|alt|dir)$/.test(attribute)) {
      made.setAttribute(attribute, value)
    }
  }
  made.append(...(node.children ?? []).flatMap((child) => drawRich(child) ?? []))
  return made
}

/** HTML as nodes. What is parsed this way neither runs nor loads. */
function parseRich(html: string): RichNode[] {
  const convert = (node: Node): RichNode[] => {
    if (node instanceof Text) return [{ type: 'text', text: node.data }]
    if (!(node instanceof Element)) return []
    const attrs = Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]))
    const children = [...node.childNodes].flatMap(convert)
    return [{ name: node.tagName.toLowerCase(), attrs, children }]
  }
  const parsed = document.implementation.createHTMLDocument('')
  parsed.body.innerHTML = html
  return [...parsed.body.childNodes].flatMap((node) => convert(document.importNode(node, true)))
}

const richText: BuiltIn = {
  tag: 'rich-text',
  properties: { nodes: null, space: '' },
  create:
    ({ element, get }) =>
    () => {
      const nodes = get<string | RichNode[] | null>('nodes')
      const list = typeof nodes === 'string' ? parseRich(nodes) : (nodes ?? [])
      element.replaceChildren(...list.flatMap((node) => drawRich(node) ?? []))
      element.toggleAttribute('data-space', get('space') !== '')
    },
}

const webView: BuiltIn = {
  tag: 'web-view',
  properties: { src: '' },
  create:
    ({ element, get }, { device }) =>
    () => {
      const words = phoneWords(device.language)
      element.replaceChildren(
        make('p', { text: words.webPage }),
        make('p', { class: 'web-view-address', text: get('src') }),
        make('p', { text: words.opensNoWebPage }),
      )
    },
}

const openData: BuiltIn = {
  tag: 'open-data',
  properties: { type: '', openGid: '', lang: 'en', defaultText: '', defaultAvatar: '' },
  create({ element, get }, { device, lacking }) {
    const shown = (type: string): Node | string => {
      const { user, groupNames } = device
      switch (type) {
        case 'groupName':
          return groupNames.get(get('openGid')) ?? get('defaultText')
        case 'userNickName':
          return user.name
        case 'userAvatarUrl':
          return make('div', {
            class: 'avatar',
            text: user.name.slice(0, 1),
            style: { background: user.color },
          })
        default:
          if (type !== '') lacking(`<open-data type="${type}">`)
          return get('defaultText')
      }
    }
    return () => element.replaceChildren(shown(get('type')))
  },
}

export const media: readonly BuiltIn[] = [
  image('image'),
  image('cover-image'),
  icon,
  progress,
  richText,
  webView,
  openData,
]
