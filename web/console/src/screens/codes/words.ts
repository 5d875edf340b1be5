import type { CodeRequest, ListedCode } from 'wx-reach-server/client'
import { dictionary } from '../../words/language.ts'
import type { CodeProblem } from './code-draft.ts'

interface CodesWords {
  title: string
  says: string
  usage: (used: number, limit: number) => string
  exhausted: string
  kind: string
  kinds: Record<CodeRequest['kind'], string>
  state: string
  states: Record<ListedCode['state'], string>
  target: string
  scene: string
  opens: string
  asked: string
  made: string
  payload: string
  share: string
  request: string
  panel: string
  notMade: string
  unknownNext: string
  gone: string
  picture: (target: string) => string
  save: string
  empty: string
  emptyNext: string
  make: string
  mayNotMake: string
  kindSays: Record<CodeRequest['kind'], string>
  path: string
  pathHint: (bytes: number) => string
  page: string
  source: string
  payloadHint: string
  sceneHint: (n: number) => string
  width: string
  widthHint: (range: string) => string
  problems: Record<Exclude<CodeProblem, 'missing'>, string>
  known: string
  isNew: string
  sceneUsage: (n: number, limit: number) => string
}

export const codesWords = dictionary<CodesWords>(
  {
    title: '小程序码',
    says: '请求过的码，最新的在前。相同的请求得到同一张图片，不会再用掉一个。',
    usage: (used: number, limit: number) => `永久码已用 ${used} / ${limit}`,
    exhausted: '微信报告永久码数量已用完。',
    kind: '类型',
    kinds: { path: '小程序码（路径）', scene: '小程序码（scene）', qrcode: '二维码' },
    state: '状态',
    states: { made: '已生成', queued: '排队', making: '生成中', unknown: '结果未知' },
    target: '打开',
    scene: 'scene',
    opens: '打开次数',
    asked: '请求于',
    made: '生成于',
    payload: '携带的数据',
    share: '转发',
    request: '请求',
    panel: '小程序码',
    notMade: '图片还没有生成。',
    unknownNext: '微信没有给出可用的答复，可能已用掉一个永久码；用相同的请求再生成一次。',
    gone: '这个码不在已加载的列表里',
    picture: (target: string) => `打开 ${target} 的码`,
    save: '下载图片',
    empty: '还没有码',
    emptyNext: '在这里生成一个，或用 POST /v1/codes 生成。',
    make: '生成小程序码',
    mayNotMake: '此密钥没有管理权限（admin），不能生成码。',
    kindSays: {
      path: '永久码，与二维码共 100,000 个；用完后不能再生成。',
      scene: '数量不限，每分钟有上限；携带 scene 或保存在服务器上的数据。',
      qrcode: '永久码，与小程序码（路径）共 100,000 个；用完后不能再生成。',
    },
    path: '页面路径，可带参数',
    pathHint: (bytes: number) => `例如 pages/index/index?id=1，最多 ${bytes} 字节`,
    page: '页面（可空：首页）',
    source: '携带什么',
    payloadHint: 'JSON，最多 4 KB；保存在服务器上，扫码的页面会得到它。',
    sceneHint: (n: number) => `${n} / 32 个字符`,
    width: '宽度（像素，可空：430）',
    widthHint: (range: string) => `允许 ${range}`,
    problems: {
      long: '太长，微信不接受。请缩短。',
      characters: '含有微信不接受的字符。',
      reserved: '不能包含 scancode_time：微信保留了它。',
      page: '不要以 / 开头，不要带参数、空格或网址。',
      json: '不是有效的 JSON。文字要加双引号。',
      width: '宽度不在允许的范围内。',
    },
    known: '相同请求的码以前生成过：没有用掉新的。',
    isNew: '新生成的码',
    sceneUsage: (n: number, limit: number) => `最近一分钟 ${n} / ${limit}`,
  },
  {
    title: 'Codes',
    says: 'The codes that were asked for, newest first. An equal request gets the same image.',
    usage: (used: number, limit: number) => `${used} of ${limit} lasting codes used`,
    exhausted: 'WeChat reports that no lasting code is left.',
    kind: 'Kind',
    kinds: { path: 'Code (path)', scene: 'Code (scene)', qrcode: 'QR code' },
    state: 'State',
    states: { made: 'Made', queued: 'Queued', making: 'Being made', unknown: 'Unknown' },
    target: 'Opens',
    scene: 'scene',
    opens: 'Opened',
    asked: 'Asked for',
    made: 'Made',
    payload: 'Payload',
    share: 'Share',
    request: 'Request',
    panel: 'Code',
    notMade: 'The image is not made yet.',
    unknownNext:
      'WeChat gave no usable reply; a lasting code may be used up. Ask again with the same ' +
      'request.',
    gone: 'This code is not among those that are loaded',
    picture: (target: string) => `The code that opens ${target}`,
    save: 'Download the image',
    empty: 'No codes yet',
    emptyNext: 'Make one here, or by POST /v1/codes.',
    make: 'Make a code',
    mayNotMake: 'This key lacks the scope admin: it makes no codes.',
    kindSays: {
      path: 'Lasts for ever. Together with QR codes there are 100,000, and never more.',
      scene: 'Any number, with a limit by the minute. It carries a scene, or data on the server.',
      qrcode: 'Lasts for ever. Together with codes by path there are 100,000, and never more.',
    },
    path: 'Path of the page, with its query',
    pathHint: (bytes: number) => `Such as pages/index/index?id=1, at most ${bytes} bytes`,
    page: 'Page (optional: the home page)',
    source: 'What it carries',
    payloadHint:
      'JSON of at most 4 KB. The server stores it, and the page that is scanned gets it.',
    sceneHint: (n: number) => `${n} of 32 characters`,
    width: 'Width (pixels, optional: 430)',
    widthHint: (range: string) => `Allowed: ${range}`,
    problems: {
      long: 'It is longer than WeChat takes: shorten it.',
      characters: 'It has characters that WeChat does not take.',
      reserved: 'It must not hold scancode_time, which WeChat reserves.',
      page: 'Without a leading slash, a query, spaces or a web address.',
      json: 'It is not JSON. Text needs double quotes.',
      width: 'The width is not in the allowed range.',
    },
    known: 'An equal request was made before: no new code was used up.',
    isNew: 'A new code',
    sceneUsage: (n: number, limit: number) => `${n} of ${limit} within the last minute`,
  },
)
