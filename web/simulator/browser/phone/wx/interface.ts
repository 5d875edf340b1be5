/** What shows or changes something on the phone: dialogs, bars, scrolling, navigation. */
import type { Bars } from '../screen/bars.ts'
import type { Stack } from '../pages/stack.ts'
import type { Ui } from '../screen/ui.ts'
import { PlatformError, type Calls, type Functions } from '../platform/call.ts'

export interface InterfaceWorld {
  ui: Ui
  bars: Bars
  stack: Stack
}

export function interfaceFunctions({ callback }: Calls, world: InterfaceWorld): Functions {
  const { ui, bars, stack } = world
  const url = (options: Record<string, unknown>) => {
    if (typeof options['url'] !== 'string') throw new PlatformError('parameter error: url')
    return options['url']
  }
  const scroll = ({ scrollTop, selector, duration = 300 }: Record<string, unknown>) => {
    const scroller = stack.top()?.scroller
    const found = typeof selector === 'string' ? scroller?.querySelector(selector) : undefined
    const behavior = duration === 0 ? 'auto' : 'smooth'
    if (found) found.scrollIntoView({ behavior })
    else scroller?.scrollTo({ top: Number(scrollTop ?? 0), behavior })
  }
  return Object.fromEntries([
    callback('showToast', '1.0.0', (options) => ui.toast({ title: '', ...options })),
    callback('hideToast', '1.0.0', () => ui.hideToast()),
    callback('showLoading', '1.1.0', ({ title }) => ui.loading(String(title ?? ''))),
    callback('hideLoading', '1.1.0', () => ui.loading(undefined)),
    callback('showModal', '1.0.0', async (options) => {
      const { confirm, content } = await ui.modal(options)
      return { confirm, cancel: !confirm, content: content ?? null }
    }),
    callback('showActionSheet', '1.0.0', async ({ itemList, itemColor, alertText }) => {
      if (!Array.isArray(itemList) || itemList.length === 0) {
        throw new PlatformError('parameter error: itemList should not be empty')
      }
      const items = (itemList as string[]).map((text) => ({
        text,
        ...(typeof itemColor === 'string' && { color: itemColor }),
      }))
      const tapIndex = await ui.actions(items, alertText as string | undefined)
      if (tapIndex === undefined) throw new PlatformError('cancel')
      return { tapIndex }
    }),
    callback('setNavigationBarTitle', '1.0.0', ({ title }) =>
      stack.setWindow({ navigationBarTitleText: title }),
    ),
    callback('setNavigationBarColor', '1.4.0', ({ frontColor, backgroundColor }) =>
      stack.setWindow({
        navigationBarTextStyle: frontColor,
        navigationBarBackgroundColor: backgroundColor,
      }),
    ),
    callback('showNavigationBarLoading', '1.0.0', () =>
      stack.setWindow({ navigationBarLoading: true }),
    ),
    callback('hideNavigationBarLoading', '1.0.0', () =>
      stack.setWindow({ navigationBarLoading: false }),
    ),
    callback('setBackgroundColor', '2.1.0', ({ backgroundColor }) => {
      if (backgroundColor !== undefined) stack.setWindow({ backgroundColor })
    }),
    callback('setBackgroundTextStyle', '2.1.0', () => undefined),
    callback('showTabBar', '1.9.0', () => bars.setTabBar(true)),
    callback('hideTabBar', '1.9.0', () => bars.setTabBar(false)),
    callback('setTabBarBadge', '1.9.0', ({ index, text }) =>
      bars.setBadge(Number(index), String(text)),
    ),
    callback('removeTabBarBadge', '1.9.0', ({ index }) => bars.setBadge(Number(index), undefined)),
    callback('showTabBarRedDot', '1.9.0', ({ index }) => bars.setBadge(Number(index), '')),
    callback('hideTabBarRedDot', '1.9.0', ({ index }) => bars.setBadge(Number(index), undefined)),
    callback('setTabBarItem', '1.9.0', ({ index, ...changes }) =>
      bars.setTab(Number(index), chosen(changes, ['text', 'iconPath', 'selectedIconPath'])),
    ),
    callback('setTabBarStyle', '1.9.0', (changes) =>
      bars.setTabStyle(
        chosen(changes, ['color', 'selectedColor', 'backgroundColor', 'borderStyle']),
      ),
    ),
    callback('hideHomeButton', '2.8.3', () => stack.setWindow({ homeButton: false })),
    callback('pageScrollTo', '1.4.0', scroll),
    callback('startPullDownRefresh', '1.5.0', () => stack.startPullDownRefresh()),
    callback('stopPullDownRefresh', '1.0.0', () => stack.stopPullDownRefresh()),
    callback('navigateTo', '1.0.0', (options) => {
      const events = options['events'] as Record<string, (data: unknown) => void> | undefined
      return { eventChannel: stack.navigateTo(url(options), events) }
    }),
    callback('redirectTo', '1.0.0', (options) => stack.redirectTo(url(options))),
    callback('reLaunch', '1.1.0', (options) => stack.reLaunch(url(options))),
    callback('switchTab', '1.0.0', (options) => stack.switchTab(url(options))),
    callback('navigateBack', '1.0.0', ({ delta }) => stack.navigateBack(Number(delta ?? 1))),
  ])
}

/** Those of the options that are given, by their names. */
const chosen = (options: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, String(options[name])]])),
  )
