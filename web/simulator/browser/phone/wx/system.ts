/** The system, the app's life, and small things. */
import type { Device, EnterOptions } from '../../device.ts'
import type { Bars } from '../screen/bars.ts'
import { createIntersectionObserver, createSelectorQuery } from '../document/queries.ts'
import type { Stack } from '../pages/stack.ts'
import type { Ui } from '../screen/ui.ts'
import type { Theme } from '../platform/theme.ts'
import { createAnimation } from './animation.ts'
import {
  isAtLeast,
  PlatformError,
  type Callbacks,
  type Calls,
  type Functions,
} from '../platform/call.ts'

export interface AppListeners {
  show: Set<(options: EnterOptions) => void>
  hide: Set<() => void>
  error: Set<(message: string) => void>
  notFound: Set<(options: object) => void>
  rejection: Set<(options: object) => void>
  theme: Set<(options: { theme: 'light' | 'dark' }) => void>
}

export interface SystemWorld {
  device: Device
  ui: Ui
  bars: Bars
  stack: Stack
  theme: Theme
  listeners: AppListeners
  launched: EnterOptions
  entered(): EnterOptions
  functions(): Functions
}

/** The brand by which a project can tell the simulator. */
const brand = 'wx-reach-simulator'
const wechatVersion = '8.0.50'
/** Of base libraries before 1.9.90: WeChat of that time. */
const oldWechatVersion = '6.6.0'

export function systemFunctions({ callback, direct }: Calls, world: SystemWorld): Functions {
  const { device, ui, bars, stack, listeners } = world
  const version = isAtLeast(device.library, '2.0.8') ? wechatVersion : oldWechatVersion

  const windowInfo = () => {
    const { status, title, tabs } = bars.heights()
    const { clientWidth: width, clientHeight: height } = document.documentElement
    return {
      pixelRatio: 2,
      screenWidth: width,
      screenHeight: height,
      windowWidth: width,
      windowHeight: bars.pages.clientHeight,
      statusBarHeight: status,
      screenTop: status + title,
      safeArea: {
        left: 0,
        right: width,
        top: status,
        bottom: height,
        width,
        height: height - status,
      },
      tabBarHeight: tabs,
    }
  }
  const baseInfo = () => ({
    SDKVersion: device.library,
    version,
    language: device.language,
    theme: world.theme.name(),
    enableDebug: false,
    fontSizeSetting: 16,
    host: { env: 'WeChat', appId: '', version: 0 },
  })
  const deviceInfo = () => ({
    brand,
    model: 'iPhone X',
    system: 'iOS 16.0',
    platform: 'ios',
    benchmarkLevel: 1,
  })
  const systemInfo = () => ({ ...windowInfo(), ...baseInfo(), ...deviceInfo() })
  let clipboard = ''

  const pairs = (
    name: string,
    since: string,
    set: Set<(options: never) => void>,
  ): ReturnType<typeof direct>[] => [
    direct(`on${name}`, since, (listener: (options: never) => void) => void set.add(listener)),
    direct(`off${name}`, since, (listener?: (options: never) => void) => {
      if (listener) set.delete(listener)
      else set.clear()
    }),
  ]

  return Object.fromEntries([
    // As the platform documents it: written as one that answers later, and it answers at once.
    direct('getSystemInfo', '1.0.0', ({ success, complete }: Callbacks = {}) => {
      const info = { errMsg: 'getSystemInfo:ok', ...systemInfo() }
      success?.(info)
      complete?.(info)
      const isAwaited = !success && !complete && isAtLeast(device.library, '2.10.2')
      return isAwaited ? Promise.resolve(info) : undefined
    }),
    callback('getSystemInfoAsync', '2.14.1', systemInfo),
    direct('getSystemInfoSync', '1.0.0', systemInfo),
    direct('getWindowInfo', '2.20.1', windowInfo),
    direct('getAppBaseInfo', '2.20.1', baseInfo),
    direct('getDeviceInfo', '2.20.1', deviceInfo),
    direct('getAccountInfoSync', '2.2.2', () => ({
      miniProgram: { appId: device.appId, envVersion: 'develop', version: '' },
    })),
    direct('getLaunchOptionsSync', '2.1.2', () => world.launched),
    direct('getEnterOptionsSync', '2.9.4', () => world.entered()),
    ...pairs('AppShow', '2.1.2', listeners.show),
    ...pairs('AppHide', '2.1.2', listeners.hide),
    ...pairs('Error', '2.1.2', listeners.error),
    ...pairs('PageNotFound', '2.1.2', listeners.notFound),
    ...pairs('UnhandledRejection', '2.10.0', listeners.rejection),
    ...pairs('ThemeChange', '2.11.0', listeners.theme),
    // The capsule stays where it is.
    ...pairs('MenuButtonBoundingClientRectWeightChange', '3.4.3', new Set()),
    direct('getMenuButtonBoundingClientRect', '2.1.0', () => {
      const { clientWidth } = document.documentElement
      const [width, height, top, right] = [87, 32, 50, clientWidth - 7]
      return { width, height, top, bottom: top + height, right, left: right - width }
    }),
    callback('setClipboardData', '1.1.0', ({ data }) => {
      clipboard = String(data)
      ui.toast({ title: ui.words().copied })
    }),
    callback('getClipboardData', '1.1.0', () => ({ data: clipboard })),
    callback('scanCode', '1.0.0', async () => {
      const result = await device.scan()
      if (result === undefined) throw new PlatformError('cancel')
      const path = /^[\w-]+(\/[\w-]+)+(\?.*)?$/.test(result) ? { path: result } : {}
      return {
        result,
        scanType: 'WX_CODE',
        charSet: 'UTF-8',
        rawData: btoa(encodeURI(result)),
        ...path,
      }
    }),
    callback('vibrateShort', '1.2.0', () => undefined),
    callback('vibrateLong', '1.2.0', () => undefined),
    callback('makePhoneCall', '1.0.0', ({ phoneNumber }) => {
      ui.toast({ title: `☎ ${String(phoneNumber)}`, icon: 'none' })
    }),
    callback('previewImage', '1.0.0', () => {
      ui.toast({ title: 'previewImage', icon: 'none' })
    }),
    callback('reportMonitor', '2.0.1', () => undefined),
    direct('reportAnalytics', '1.0.0', () => undefined),
    direct('reportEvent', '2.14.4', () => undefined),
    direct('getUpdateManager', '1.9.90', () => ({
      onCheckForUpdate: (listener: (result: object) => void) =>
        void Promise.resolve().then(() => listener({ hasUpdate: false })),
      onUpdateReady() {},
      onUpdateFailed() {},
      applyUpdate: () =>
        device.problem('getUpdateManager: 模拟器里没有新版本 / there is no update'),
    })),
    direct('createSelectorQuery', '1.4.0', () => createSelectorQuery(() => stack.top()?.instance)),
    direct('createIntersectionObserver', '1.9.3', createIntersectionObserver),
    direct('createAnimation', '1.0.0', createAnimation),
    direct('nextTick', '2.2.3', (run: () => void) => void Promise.resolve().then(run)),
    direct('canIUse', '1.1.1', (name: string) => {
      const known = world.functions()[name.split('.')[0]!]
      return known !== undefined && isAtLeast(device.library, known.since)
    }),
    direct('base64ToArrayBuffer', '1.1.0', (text: string) => {
      return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer
    }),
    direct('arrayBufferToBase64', '1.1.0', (buffer: ArrayBuffer) =>
      btoa(String.fromCharCode(...new Uint8Array(buffer))),
    ),
    callback('exitMiniProgram', '2.17.3', () => device.leave()),
  ])
}
