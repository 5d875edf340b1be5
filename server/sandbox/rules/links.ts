/** The kinds of links that open a mini-program, as their pages show them. */
interface LinkRule {
  /** What a phone gives as the scene to a mini-program that the link opens. */
  scene: number
  ticketCharacters: number
  address(ticket: string, title: string): string
}

export type LinkKind = 'urlLink' | 'scheme' | 'shortLink'

export const linkRules: Readonly<Record<LinkKind, LinkRule>> = {
  // platform, 获取加密 URL Link
  urlLink: {
    scene: 1194,
    ticketCharacters: 11,
    address: (ticket) => `https://wxaurl.cn/${ticket}`,
  },
  // platform, 获取 URL Scheme
  scheme: {
    scene: 1065,
    ticketCharacters: 11,
    address: (ticket) => `weixin://dl/business/?t=${ticket}`,
  },
  // platform, 获取 Short Link. The name of the mini-program is that of the page.
  shortLink: {
    scene: 1179,
    ticketCharacters: 15,
    address: (ticket, title) =>
      ['#小程序:/', '小程序示例', ...(title ? [title] : []), ticket].join('/'),
  },
}
