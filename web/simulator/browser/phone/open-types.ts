/** What a button with an `open-type` does. */
import type { Device } from '../device.ts'
import type { Host } from './components/component.ts'
import { askForPermission } from './screen/panels.ts'
import type { Sharing } from './share.ts'
import type { Ui } from './screen/ui.ts'

interface World {
  device: Device
  ui: Ui
  sharing: Sharing
}

export function openType(host: Host, type: string, { device, ui, sharing }: World): void {
  switch (type) {
    case 'share':
      return void sharing.share('button', targetOf(host))
    case 'contact':
      device.openContact({ sessionFrom: host.get('sessionFrom') })
      host.trigger('contact', { path: '', query: {} })
      return
    case 'getPhoneNumber':
      return void givePhoneNumber(host, device, ui)
    case 'getUserInfo':
      host.trigger('getuserinfo', { errMsg: 'getUserInfo:ok', userInfo: anonymous })
      return
    case 'chooseAvatar':
      host.trigger('chooseavatar', { avatarUrl: '' })
      return
    case 'agreePrivacyAuthorization':
      device.choices['privacy'] = 'agree'
      device.saveChoices()
      host.trigger('agreeprivacyauthorization', {})
      return
    case 'openSetting':
      host.trigger('opensetting', { errMsg: 'openSetting:ok', authSetting: {} })
      return
    default:
      device.problem(`<button open-type="${type}">: 模拟器没有 / is not played`)
  }
}

const anonymous = { nickName: '微信用户', avatarUrl: '', gender: 0 }

const targetOf = ({ element, component }: Host) => ({
  id: element.id,
  dataset: component.dataset,
})

async function givePhoneNumber(host: Host, device: Device, ui: Ui): Promise<void> {
  const allowed = await askForPermission(ui, device.appName, ui.words().phoneNumber)
  if (!allowed) {
    host.trigger('getphonenumber', { errMsg: 'getPhoneNumber:fail user deny' })
    return
  }
  try {
    const { code } = await device.control<{ code: string }>('phone-codes', {})
    host.trigger('getphonenumber', { errMsg: 'getPhoneNumber:ok', code })
  } catch (error) {
    host.trigger('getphonenumber', { errMsg: `getPhoneNumber:fail ${(error as Error).message}` })
  }
}
