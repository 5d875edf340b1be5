import { reach } from '../reach'
import type { ShareContent } from 'wx-reach'

/**
 * `useShare(() => ({ title: item.value }))` in <script setup>, with `onShareAppMessage` of
 * `@dcloudio/uni-app`.
 */
export const createUseShare =
  (onShareAppMessage: (handler: () => ShareContent) => void) => (handler: () => ShareContent) =>
    onShareAppMessage(reach.share(handler))
