import { dictionary } from '../words/language.ts'

type Sentence = [why: string, next: string]
const sentence = (why: string, next: string): Sentence => [why, next]

export const signInWords = dictionary(
  {
    title: '登录控制台',
    says: '用一个 API 密钥登录。页面能做什么，由密钥的权限决定。',
    key: 'API 密钥',
    hint: '密钥只用于换取本浏览器的会话，不会保存在地址或浏览器里。',
    act: '登录',
    ended: '登录已失效，请重新登录。',
    refused: sentence(
      '服务器不接受这个密钥。',
      '请检查是否复制完整；它可能已过期或被吊销。运行 wx-reach-server keys create 可新建密钥。',
    ),
    limited: sentence('尝试次数过多。', '请一分钟后再试。'),
    unreachable: sentence('服务器没有答复。', '请检查服务器是否在运行，然后重试。'),
  },
  {
    title: 'Sign in to the console',
    says: 'Sign in with an API key. Its scopes decide what the pages can do.',
    key: 'API key',
    hint: 'The key is exchanged for a session; it is kept in no address and no storage.',
    act: 'Sign in',
    ended: 'You are not signed in any more. Sign in again.',
    refused: sentence(
      'The server does not accept this key.',
      'Check that it is whole; it may have expired or been revoked. ' +
        'wx-reach-server keys create makes a new one.',
    ),
    limited: sentence('There were too many attempts.', 'Try again in a minute.'),
    unreachable: sentence('The server did not reply.', 'Check that it runs, then try again.'),
  },
)
