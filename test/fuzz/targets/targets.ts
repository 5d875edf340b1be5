import type { FuzzTarget } from './target.ts'
import { phoneEvents } from './events.ts'
import { pushesInJson, pushesInXml } from './pushes.ts'
import { recipients } from './recipients.ts'
import { scenes } from './scenes.ts'
import { sealedValues } from './sealed-values.ts'
import { userData } from './user-data.ts'
import { wechatReplies } from './wechat-replies.ts'

export const targets: readonly FuzzTarget[] = [
  pushesInXml,
  pushesInJson,
  userData,
  phoneEvents,
  scenes,
  recipients,
  wechatReplies,
  sealedValues,
]
