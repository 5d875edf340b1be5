/** The bars of the phone: time, title with the capsule, tabs. */
import { drawing, element } from '../../dom.ts'
import type { TabBarConfig } from '../platform/project.ts'
import { imageAddress } from '../document/units.ts'
import type { PhoneWords } from '../platform/words.ts'

export interface Bars {
  /** Where pages are drawn. */
  readonly pages: HTMLElement
  setTitle(title: string): void
  setColors(front: string, back: string): void
  setLoading(shown: boolean): void
  /** Whether the title bar is the page's own, and what its button at the left does. */
  setNavigation(style: { custom: boolean; back: 'back' | 'home' | 'none' }): void
  showTab(path: string | undefined): void
  /** Draws again what depends on the language and on the theme. */
  refresh(): void
  setTabBar(shown: boolean): void
  setBadge(index: number, text: string | undefined): void
  /** Changes a tab over the configuration. */
  setTab(index: number, changes: Partial<TabBarConfig['list'][number]>): void
  setTabStyle(changes: Omit<Partial<TabBarConfig>, 'list' | 'custom'>): void
  /** Heights in pixels of the window. */
  heights(): { status: number; title: number; tabs: number }
}

export interface BarActs {
  back(): void
  menu(): void
  close(): void
  tab(path: string): void
}

export const statusBarHeight = 44
export const titleBarHeight = 44

export function createBars(
  root: HTMLElement,
  /** Of the theme that is shown. */
  tabBarOf: () => TabBarConfig | undefined,
  now: () => Date,
  words: () => PhoneWords,
  acts: BarActs,
): Bars {
  const time = element('span', { class: 'bar-time' })
  const tick = () => (time.textContent = now().toTimeString().slice(0, 5))
  tick()
  setInterval(tick, 10_000)
  const title = element('div', { class: 'bar-title', attributes: { role: 'heading' } })
  const left = element('button', {
    class: 'bar-left',
    onClick: acts.back,
  })
  const more = element('button', { onClick: acts.menu }, dots())
  const close = element(
    'button',
    { onClick: acts.close },
    drawing(['M12 19a7 7 0 1 0 0-14 7 7 0 0 0 0 14z', 'M12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4z']),
  )
  const capsule = element('div', { class: 'bar-capsule' }, more, close)
  const head = element(
    'header',
    { class: 'bar-head' },
    element('div', { class: 'bar-status' }, time, statusIcons()),
    element('div', { class: 'bar-row' }, left, title),
  )
  const pages = element('main', { class: 'pages' })
  const tabs = element('nav', { class: 'bar-tabs' })
  const tabChanges = new Map<number, Partial<TabBarConfig['list'][number]>>()
  let styleChanges: Partial<TabBarConfig> = {}
  const tabBarNow = (): TabBarConfig | undefined => {
    const configured = tabBarOf()
    if (!configured) return undefined
    const list = configured.list.map((item, n) => ({ ...item, ...tabChanges.get(n) }))
    return { ...configured, ...styleChanges, list }
  }
  const buttons = (tabBarNow()?.list ?? []).map((item, index) => {
    const picture = element('img', { attributes: { alt: '' } })
    const badge = element('span', { class: 'bar-badge' })
    badge.hidden = true
    const text = element('span')
    const button = element(
      'button',
      { class: 'bar-tab', onClick: () => acts.tab(item.pagePath) },
      picture,
      text,
      badge,
    )
    return { path: item.pagePath, index, button, picture, text, badge }
  })
  tabs.append(...buttons.map(({ button }) => button))
  tabs.hidden = true
  root.append(head, capsule, pages, tabs)

  let tabsShown = true
  let shownTab: string | undefined
  let leftActs: 'back' | 'home' | 'none' = 'none'

  function drawTabs() {
    const tabBar = tabBarNow()
    tabs.hidden = shownTab === undefined || tabBar?.custom === true || !tabsShown
    tabs.style.background = tabBar?.backgroundColor ?? ''
    tabs.style.borderColor = tabBar?.borderStyle === 'white' ? '#fff' : ''
    for (const { path, index, button, picture, text } of buttons) {
      const item = tabBar!.list[index]!
      const selected = path === shownTab
      button.setAttribute('aria-current', selected ? 'page' : 'false')
      button.style.color =
        (selected ? tabBar?.selectedColor : tabBar?.color) ?? (selected ? '#07c160' : '#5e5e5e')
      const icon = selected ? (item.selectedIconPath ?? item.iconPath) : item.iconPath
      text.textContent = item.text
      picture.hidden = !icon
      if (icon) picture.src = imageAddress(`/${icon.replace(/^\//, '')}`)
    }
  }

  function label() {
    const { back, home, more: moreWord, close: closeWord } = words()
    left.setAttribute('aria-label', leftActs === 'home' ? home : back)
    more.setAttribute('aria-label', moreWord)
    close.setAttribute('aria-label', closeWord)
  }
  label()

  const layOut = () => {
    const custom = root.hasAttribute('data-custom')
    pages.style.top = custom ? '0' : `${statusBarHeight + titleBarHeight}px`
    pages.style.bottom = tabs.hidden ? '0' : '56px'
    root.style.setProperty('--page-vh', `${pages.clientHeight / 100}px`)
  }
  return {
    pages,
    setTitle: (text) => void (title.textContent = text),
    setColors(front, back) {
      head.style.color = front === 'black' || front === '#000000' ? '#000' : '#fff'
      head.style.background = back
    },
    setLoading: (shown) => title.toggleAttribute('data-loading', shown),
    setNavigation({ custom, back }) {
      root.toggleAttribute('data-custom', custom)
      leftActs = back
      // A page with a bar of its own draws its own button.
      left.hidden = back === 'none' || custom
      label()
      left.replaceChildren(
        back === 'home' ? drawing(['M4 11l8-7 8 7', 'M6 10v9h12v-9']) : drawing(['M15 5l-7 7 7 7']),
      )
      layOut()
    },
    showTab(path) {
      shownTab = path
      drawTabs()
      layOut()
    },
    refresh() {
      label()
      drawTabs()
    },
    setTabBar(shown) {
      tabsShown = shown
      drawTabs()
      layOut()
    },
    setBadge(index, text) {
      const badge = buttons[index]?.badge
      if (!badge) return
      badge.hidden = text === undefined
      badge.textContent = text ?? ''
    },
    setTab(index, changes) {
      tabChanges.set(index, { ...tabChanges.get(index), ...changes })
      drawTabs()
    },
    setTabStyle(changes) {
      styleChanges = { ...styleChanges, ...changes }
      drawTabs()
    },
    heights: () => ({
      status: statusBarHeight,
      title: titleBarHeight,
      tabs: tabs.hidden ? 0 : 56,
    }),
  }
}

function dots(): SVGSVGElement {
  const svg = drawing(['M6 12h.01', 'M12 12h.01', 'M18 12h.01'])
  svg.setAttribute('stroke-width', '4')
  return svg
}

const statusIcons = () =>
  element(
    'span',
    { class: 'bar-icons' },
    drawing(['M4 18v-2', 'M9 18v-5', 'M14 18v-8', 'M19 18V6'], 17),
    drawing(['M3 9h16v7H3z', 'M21.5 11v3', 'M5 11h11v3H5z'], 22),
  )
