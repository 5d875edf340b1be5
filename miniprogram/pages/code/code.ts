import { readTexts, switchLanguage } from '../../language'
import { reach, scene, sceneOf } from '../../reach'

Page({
  data: {
    words: readTexts(),
    /** What the code carried: at most 32 characters, chosen when the code was made. */
    scene: '',
    /** What the server keeps for the scene, where the code was made with a payload. */
    payload: '',
    /** Why there is no payload: a key of `words`. */
    noPayload: 'loading',
    /** The scene value of the launch: 1047 is a scanned code. */
    launched: 0,
  },

  onLoad(query: Record<string, string | undefined>) {
    const entered = wx.getEnterOptionsSync || wx.getLaunchOptionsSync
    this.setData({ scene: sceneOf(query), launched: entered ? entered().scene : 0 })
    if (this.data.scene) void this.loadPayload(query)
  },

  onShow() {
    this.setData({ words: readTexts() })
  },

  async loadPayload(query: Record<string, string | undefined>) {
    try {
      const { payload } = await scene(reach, query)
      this.setData({ payload: JSON.stringify(payload) })
    } catch (error) {
      // Most codes carry their scene alone: the server knows nothing of it.
      const isUnknown = (error as { code?: string }).code === 'scene_unknown'
      this.setData({ noPayload: isUnknown ? 'noPayload' : 'noServer' })
    }
  },

  changeLanguage() {
    this.setData({ words: switchLanguage() })
  },
})
