/** page-meta, navigation-bar: they change the page that they are in. */
import { withUnits } from '../document/units.ts'
import type { BuiltIn, Properties } from './component.ts'

const pageMeta: BuiltIn = {
  tag: 'page-meta',
  properties: {
    pageStyle: '',
    backgroundColor: '',
    rootFontSize: '',
    scrollTop: '',
    scrollDuration: 300,
  },
  create({ element, get, trigger, onDetached }, { setWindow }) {
    let scroller: HTMLElement | null = null
    let isScrolling = false
    const told = () => trigger('scroll', { scrollTop: scroller?.scrollTop ?? 0 })
    const ended = () => {
      if (isScrolling) trigger('scrolldone', {})
      isScrolling = false
    }
    onDetached(() => {
      scroller?.removeEventListener('scroll', told)
      scroller?.removeEventListener('scrollend', ended)
    })
    return (changed) => {
      const page = element.closest<HTMLElement>('wx-page')
      if (!page) return
      if (!scroller) {
        scroller = element.closest<HTMLElement>('.page-scroll')
        scroller?.addEventListener('scroll', told)
        scroller?.addEventListener('scrollend', ended)
      }
      page.style.cssText = withUnits(get('pageStyle'))
      const frame = element.closest('.page-frame')
      for (const name of ['backgroundColor', 'rootFontSize']) {
        if (frame && get(name) !== '') setWindow({ [name]: get(name) }, frame)
      }
      const top = Number.parseFloat(get('scrollTop'))
      if (Number.isNaN(top) || (changed !== undefined && changed !== 'scrollTop')) return
      // What has changed with it is laid out first.
      requestAnimationFrame(() => {
        isScrolling = true
        const behavior = get<number>('scrollDuration') === 0 ? 'auto' : 'smooth'
        scroller?.scrollTo({ top, behavior })
      })
    }
  },
}

/** Properties of navigation-bar, and what they are in the JSON of a page. */
const windowNames = {
  title: 'navigationBarTitleText',
  frontColor: 'navigationBarTextStyle',
  backgroundColor: 'navigationBarBackgroundColor',
} as const

const navigationBar: BuiltIn = {
  tag: 'navigation-bar',
  properties: { title: '', frontColor: '', backgroundColor: '', loading: false } as Properties,
  create:
    ({ element, get }, { setWindow }) =>
    () => {
      const given = Object.entries(windowNames).flatMap(([name, inJson]) =>
        get(name) === '' ? [] : [[inJson, get(name)] as const],
      )
      const frame = element.closest('.page-frame')
      const navigationBarLoading = get<boolean>('loading')
      if (frame) setWindow({ ...Object.fromEntries(given), navigationBarLoading }, frame)
    },
}

/** What is fixed in it is fixed to the page, as anywhere else here. */
const rootPortal: BuiltIn = { tag: 'root-portal', properties: { enable: true } }

const sizes = ['minWidth', 'maxWidth', 'width', 'minHeight', 'maxHeight', 'height'] as const

const matchMedia: BuiltIn = {
  tag: 'match-media',
  properties: {
    ...Object.fromEntries(sizes.map((name) => [name, -1])),
    orientation: '',
  },
  create({ element, get, onDetached }) {
    const show = () => {
      const asked = sizes.flatMap((name) => {
        const length = get<number>(name)
        return length < 0 ? [] : [`(${name.replace(/W|H/, '-$&').toLowerCase()}: ${length}px)`]
      })
      if (get('orientation') !== '') asked.push(`(orientation: ${get('orientation')})`)
      element.hidden = asked.length > 0 && !window.matchMedia(asked.join(' and ')).matches
    }
    window.addEventListener('resize', show)
    onDetached(() => window.removeEventListener('resize', show))
    return show
  },
}

export const pageParts: readonly BuiltIn[] = [pageMeta, navigationBar, rootPortal, matchMedia]
