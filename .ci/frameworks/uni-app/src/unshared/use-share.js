import { onShareAppMessage } from '@dcloudio/uni-app'
import { reach } from '../reach'

export const useShare = (handler) => onShareAppMessage(reach.share(handler))
