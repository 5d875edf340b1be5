/** Open capabilities: sign-in, shares, groups, subscriptions, payment, settings, privacy. */
import type { Device, EnterOptions } from '../../device.ts'
import { askForPayment, askForPermission, askForSubscriptions } from '../screen/panels.ts'
import type { Ui } from '../screen/ui.ts'
import type { ShareMenu } from './share-menus.ts'
import { isAtLeast, PlatformError, type Calls, type Functions } from '../platform/call.ts'

interface Encrypted {
  encryptedData: string
  iv: string
  openGId: string
}

export interface OpenWorld {
  device: Device
  ui: Ui
  /** Of the page on top. */
  menu(): ShareMenu
  /** The groups of tickets. */
  tickets: ReadonlyMap<string, string>
  entered(): { options: EnterOptions; group?: string }
}

/** Scenes in which a card of a group was opened. */
const groupScenes = [1008, 1044, 1158, 1185]
/** The privacy agreement of the user, kept as choices are. */
const privacyKey = 'privacy'

type Resolve = (answer: { event: string; buttonId?: string }) => void

export function openFunctions({ callback, direct }: Calls, world: OpenWorld): Functions {
  const { device, ui, tickets } = world
  const { choices } = device
  const privacyListeners: ((resolve: Resolve, info: object) => void)[] = []

  const ofGroup = async (group: string): Promise<object> => {
    const { encryptedData, iv, openGId } = await device.control<Encrypted>('share-info', { group })
    device.learnGroup(openGId, group)
    // The openGId itself is for the server to decrypt.
    return { encryptedData, iv }
  }

  function changeMenu(options: Record<string, unknown>, hidden: boolean) {
    const { withShareTicket, menus } = options
    const menu = world.menu()
    const named = Array.isArray(menus) ? (menus as string[]) : ['shareAppMessage']
    if (named.includes('shareAppMessage')) menu.hidden = hidden
    if (named.includes('shareTimeline')) menu.timeline = !hidden
    if (!hidden) menu.withShareTicket = withShareTicket === true
  }

  async function subscribe(options: Record<string, unknown>): Promise<object> {
    const tmplIds = options['tmplIds']
    if (!Array.isArray(tmplIds) || tmplIds.length === 0) {
      throw new PlatformError("TmplIds can't be empty", { errCode: 10_001 })
    }
    if (tmplIds.length > 5) {
      throw new PlatformError('Template count out of max bounds', { errCode: 10_003 })
    }
    const ids = tmplIds as string[]
    const answers: Record<string, string> = {}
    const open = ids.filter((id) => {
      const known = choices[`subscribe:${id}`]
      if (known !== undefined) answers[id] = known
      return known === undefined
    })
    if (open.length > 0) {
      const titles = await device.templateTitles()
      const templates = open.map((id) => {
        const unknown = `${ui.words().messages} ${id.slice(0, 10)}`
        return { id, title: titles.get(id) ?? unknown }
      })
      const { accepted, always } = await askForSubscriptions(ui, device.appName, templates)
      for (const id of open) {
        answers[id] = accepted.includes(id) ? 'accept' : 'reject'
        if (always) choices[`subscribe:${id}`] = answers[id]
      }
      if (always) device.saveChoices()
    }
    for (const [templateId, answer] of Object.entries(answers)) {
      await device.control('subscriptions', { templateId, answer })
    }
    return answers
  }

  /** The user agrees once to the privacy guide, where the project asks for it. */
  function askForPrivacy(): Promise<void> {
    if (choices[privacyKey] === 'agree' || privacyListeners.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const listener = privacyListeners.at(-1)!
      listener(
        ({ event }) => {
          if (event === 'agree') {
            choices[privacyKey] = 'agree'
            device.saveChoices()
            resolve()
          } else if (event === 'disagree') {
            reject(new PlatformError('privacy permission is not authorized', { errno: 104 }))
          }
        },
        { referrer: 'requirePrivacyAuthorize' },
      )
    })
  }

  async function authorize(scope: string): Promise<void> {
    const key = `scope:${scope}`
    if (choices[key] === undefined) {
      await askForPrivacy()
      const allowed = await askForPermission(ui, device.appName, ui.words().scopes[scope] ?? scope)
      choices[key] = String(allowed)
      device.saveChoices()
    }
    if (choices[key] !== 'true') throw new PlatformError('auth deny')
  }

  const userInfo = () => ({
    nickName: isAtLeast(device.library, '2.27.1') ? '微信用户' : device.user.name,
    avatarUrl: '',
    gender: 0,
    country: '',
    province: '',
    city: '',
    language: device.language,
  })
  const profile = async () => {
    await authorize('scope.userInfo')
    return { userInfo: userInfo(), rawData: JSON.stringify(userInfo()), signature: '' }
  }
  const settings = () => {
    const scopes = Object.entries(choices).filter(([key]) => key.startsWith('scope:'))
    const templates = Object.entries(choices).filter(([key]) => key.startsWith('subscribe:'))
    const itemSettings = Object.fromEntries(templates.map(([key, word]) => [key.slice(10), word]))
    return {
      authSetting: Object.fromEntries(
        scopes.map(([key, allowed]) => [key.slice(6), allowed === 'true']),
      ),
      subscriptionsSetting: { mainSwitch: true, itemSettings },
    }
  }

  return Object.fromEntries([
    callback('login', '1.0.0', () => device.control<{ code: string }>('login-codes', {})),
    callback('checkSession', '1.0.0', () => undefined),
    callback('showShareMenu', '1.1.0', (options) => changeMenu(options, false)),
    callback('hideShareMenu', '1.1.0', (options) => changeMenu(options, true)),
    callback('updateShareMenu', '1.2.0', (options) => {
      if (options['withShareTicket'] !== undefined) {
        world.menu().withShareTicket = options['withShareTicket'] === true
      }
    }),
    callback('getShareInfo', '1.1.0', ({ shareTicket }) => {
      if (typeof shareTicket !== 'string' || shareTicket === '') {
        throw new PlatformError('parameter error: shareTicket should be a String')
      }
      const group = tickets.get(shareTicket)
      if (group === undefined) throw new PlatformError('invalid shareTicket')
      return ofGroup(group)
    }),
    callback('getGroupEnterInfo', '2.10.4', () => {
      const { options, group } = world.entered()
      if (group === undefined || !groupScenes.includes(options.scene)) {
        throw new PlatformError('invalid scene', { errCode: 40_097 })
      }
      return ofGroup(group)
    }),
    callback('requestSubscribeMessage', '2.4.4', subscribe),
    callback('requestPayment', '1.0.0', async (options) => {
      if (!/^prepay_id=./.test(String(options['package'] ?? ''))) {
        throw new PlatformError('parameter error: package should be prepay_id=…')
      }
      if (!(await askForPayment(ui, device.appName))) throw new PlatformError('cancel')
    }),
    callback('authorize', '1.2.0', async ({ scope }) => authorize(scope as string)),
    callback('getSetting', '1.2.0', settings),
    callback('openSetting', '1.1.0', async () => {
      await ui.modal({
        title: ui.words().settings,
        content: ui.words().settingsHint,
        showCancel: false,
      })
      return settings()
    }),
    callback('getUserInfo', '1.0.0', profile),
    callback('getUserProfile', '2.10.4', profile),
    callback('getPrivacySetting', '2.32.3', () => ({
      needAuthorization: choices[privacyKey] !== 'agree' && privacyListeners.length > 0,
      privacyContractName: `《${device.appName}隐私保护指引》`,
    })),
    callback('requirePrivacyAuthorize', '2.32.3', askForPrivacy),
    callback('openPrivacyContract', '2.32.3', async () => {
      await ui.modal({
        title: ui.words().privacyGuide,
        content: `${device.appName} · ${ui.words().simulated}`,
        showCancel: false,
      })
    }),
    direct('onNeedPrivacyAuthorization', '2.32.3', (listener: (typeof privacyListeners)[0]) => {
      privacyListeners.push(listener)
    }),
  ])
}
