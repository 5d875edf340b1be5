/** What the page around a phone and the phone in its frame offer each other. */

export interface EnterOptions {
  path: string
  query: Record<string, string>
  scene: number
  shareTicket?: string
  referrerInfo: Record<string, unknown>
  forwardMaterials?: unknown[]
  chatType?: number
}

/** How the user comes in, and what only WeChat knows of it. */
export interface Entry {
  options: EnterOptions
  /** The group in which a card was opened. */
  group?: string
}

export interface PhoneUser {
  openId: string
  name: string
  /** A CSS colour: avatars are drawn, not loaded. */
  color: string
}

export interface Card {
  title: string
  path: string
  /** An address of the page; absent: the picture is drawn. */
  imageUrl?: string
  withShareTicket: boolean
}

export interface Chat {
  id: string
  name: string
  /** Whether it is a group, whose members all phones are. */
  group: boolean
}

/** One call of `wx`, for the list of calls. */
export interface NotedCall {
  name: string
  detail: string
  outcome?: string
}

export interface NetworkReply {
  status: number
  header: Record<string, string>
  text?: string
  base64?: string
}

export type Network = 'wifi' | 'slow' | 'none' | 'interrupted'

/** Kept when the mini-program is killed. */
export interface Storage {
  get(key: string): string | undefined
  set(key: string, value: string): void
  remove(key: string): void
  keys(): string[]
}

/** Of the page around, for one life of the mini-program on one phone. */
export interface Device {
  readonly user: PhoneUser
  readonly appId: string
  readonly appName: string
  /** The base library, as `3.17.0`. */
  readonly library: string
  /** Follows the switch of the page around. */
  readonly language: 'zh_CN' | 'en'
  readonly theme: 'light' | 'dark'
  /** Milliseconds since 1970 of the platform's clock. */
  now(): number
  readonly entry: Entry
  readonly storage: Storage
  /** Request domains; `null`: none is checked. */
  readonly domains: readonly string[] | null
  /** What the user has allowed, and the answers of “always”. Kept as storage is. */
  readonly choices: Record<string, string>
  saveChoices(): void
  network(): Network
  chats(): readonly Chat[]
  /** @throws where there is no reply */
  send(
    request: { url: string; method: string; header: Record<string, string>; body?: string },
    signal?: AbortSignal,
  ): Promise<NetworkReply>
  /** A control of the sandbox, with the app and the user. @throws with what the sandbox says */
  control<Result>(name: string, body: object): Promise<Result>
  /** The titles of the account's templates by their ids, as the sandbox has them. */
  templateTitles(): Promise<ReadonlyMap<string, string>>
  share(chat: Chat, card: Card): void
  openContact(options: { sessionFrom: string }): void
  /** Asks the user for a code; `undefined`: none was chosen. */
  scan(): Promise<string | undefined>
  leave(): void
  note(call: NotedCall): void
  problem(text: string): void
  readonly groupNames: ReadonlyMap<string, string>
  /** Remembers which group an openGId is, for `<open-data>`. */
  learnGroup(openGId: string, name: string): void
}

/** Of the phone, in its window's `phone`. */
export interface Phone {
  hide(): void
  show(entry: Entry): void
  /** The path with its query of the page on top. */
  route(): string
  networkChanged(): void
  themeChanged(): void
  languageChanged(): void
  /** What `reach.inspect()` of the project returns, where the project has it. */
  inspect(): unknown
}

declare global {
  interface Window {
    /** Of the page around: a phone's frame asks for its device by its name. */
    simulatorDevice?: (frame: string) => Device
    phone?: Phone
  }
}
