/** Pages of a few lines on a simulated phone, without a server. */
import { launch, type LaunchOptions, type PlayedPhone } from 'wx-reach-simulator/test'
import { writeProject } from './written-project.ts'

type Heard = [type: string, detail: Record<string, unknown>]

export interface PlayedPages {
  phone: PlayedPhone
  /** Opens a page anew. */
  open(page: string): Promise<void>
  /** The events that the page's `note` has heard, as `type` and `detail`. */
  heard(): Promise<Heard[]>
  /** Waits until the page has heard so many events of a type; default: one. */
  hears(type: string, count?: number): Promise<Record<string, unknown>[]>
  /** The data of the page on top. */
  data(): Promise<Record<string, unknown>>
  /** Calls a function of `wx`, and resolves with what it gives to `success` or `fail`. */
  call(name: string, options?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** A property of the first element that a selector finds, as the browser computes it. */
  style(selector: string, property: string): Promise<string>
  /** The types of members of `wx`. */
  typesOf(...names: string[]): Promise<string[]>
  /** Changes files of the project. */
  write(files: Record<string, string>): void
  stop(): Promise<void>
}

const noting = `Page({
  data: { heard: [] },
  note(event) { this.setData({ heard: this.data.heard.concat([[event.type, event.detail]]) }) },
})`

/** @param pages - the WXML of each page; a pair has its script too, in place of one that notes */
export async function playPages(
  pages: Record<string, string | [wxml: string, script: string]>,
  options: Partial<LaunchOptions> = {},
  files: Record<string, string> = {},
): Promise<PlayedPages> {
  const names = Object.keys(pages)
  const written = writeProject({
    'app.json': JSON.stringify({ pages: names.map((name) => `pages/${name}/${name}`) }),
    ...Object.fromEntries(
      Object.entries(pages).flatMap(([name, page]) => {
        const [wxml, script] = typeof page === 'string' ? [page, noting] : page
        const path = `pages/${name}/${name}`
        return [
          [`${path}.wxml`, wxml],
          [`${path}.js`, script],
          [`${path}.json`, '{}'],
        ]
      }),
    ),
    ...files,
  })
  const phone = await launch({ folder: written.folder, ...options })
  return {
    phone,
    data: () => dataOf(phone),
    write: written.write,
    call: (name, given = {}) => callOf(phone, name, given),
    typesOf: async (...members) =>
      (await phone.frame()).evaluate((asked) => {
        const { wx } = globalThis as unknown as { wx: Record<string, unknown> }
        return asked.map((member) => typeof wx[member])
      }, members),
    open: (page) => phone.enter(`pages/${page}/${page}`),
    heard: async () => (await dataOf(phone))['heard'] as Heard[],
    hears: (type, count) => hearsOf(phone, type, count),
    style: (selector, property) => styleOf(phone, selector, property),
    async stop() {
      await phone.close()
      written.remove()
    },
  }
}

export const dataOf = async (phone: PlayedPhone): Promise<Record<string, unknown>> =>
  (await phone.frame()).evaluate(() => {
    const { getCurrentPages } = globalThis as unknown as {
      getCurrentPages(): { data: Record<string, unknown> }[]
    }
    return getCurrentPages().at(-1)!.data
  })

/** @returns the details of the events */
export async function hearsOf(
  phone: PlayedPhone,
  type: string,
  count = 1,
): Promise<Record<string, unknown>[]> {
  const frame = await phone.frame()
  const heard = await frame.waitForFunction(
    ([wanted, least]) => {
      const { getCurrentPages } = globalThis as unknown as {
        getCurrentPages(): { data: { heard: Heard[] } }[]
      }
      const all = getCurrentPages().at(-1)!.data.heard
      const found = all.flatMap(([one, detail]) => (one === wanted ? [detail] : []))
      return found.length >= least && found
    },
    [type, count] as const,
  )
  return (await heard.jsonValue()) as Record<string, unknown>[]
}

export const styleOf = async (
  phone: PlayedPhone,
  selector: string,
  property: string,
): Promise<string> =>
  (await phone.frame())
    .locator(selector)
    .first()
    .evaluate((element, name) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle(of: unknown): { getPropertyValue(property: string): string }
      }
      return getComputedStyle(element).getPropertyValue(name)
    }, property)

export const callOf = async (
  phone: PlayedPhone,
  name: string,
  options: Record<string, unknown> = {},
): Promise<Record<string, unknown>> =>
  (await phone.frame()).evaluate(
    ([called, given]) =>
      new Promise((resolve) => {
        const { wx } = globalThis as unknown as {
          wx: Record<string, (options: object) => unknown>
        }
        wx[called]!({ ...given, success: resolve, fail: resolve })
      }),
    [name, options] as const,
  )
