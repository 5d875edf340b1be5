/** Words that WeChat itself writes on its cards. */
import { dictionary } from '../words/language.ts'

export const cardWords = dictionary(
  {
    open: '进入小程序查看',
    appName: '我的小程序',
    miniProgram: '小程序',
    image: '图片',
    notShown: (kind: string) => `无法预览的消息：${kind}`,
    untitled: '模板标题',
  },
  {
    open: 'Open in Mini Program',
    appName: 'My mini-program',
    miniProgram: 'Mini Program',
    image: 'Picture',
    notShown: (kind: string) => `A message that is not drawn here: ${kind}`,
    untitled: 'Title of the template',
  },
)
