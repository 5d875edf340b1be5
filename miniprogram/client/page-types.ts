/**
 * `this` inside a wrapped page or app, exactly as `Page` and `App` infer it. The interfaces of miniprogram-api-typings
 * are named here as empty ones, which merge with the real ones where that package is installed and ask for nothing
 * where it is not.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- `any` is what the typings' own constraints say */
import type { ShareContent } from './share-content'

declare global {
  namespace WechatMiniprogram {
    namespace Page {
      interface ILifetime {}
      interface InstanceProperties {}
    }
    namespace Component {
      // eslint-disable-next-line @typescript-eslint/no-unused-vars -- merging needs the same parameters
      interface InstanceMethods<D extends Record<string, any>> {}
    }
    namespace App {
      interface Option {}
    }
  }
}

export type Fields = Record<string, any>

type Lifetime = WechatMiniprogram.Page.ILifetime
type AppLifetime = WechatMiniprogram.App.Option

export type PageInstance<
  Data extends Fields = Fields,
  Custom extends Fields = Fields,
> = Partial<Lifetime> &
  WechatMiniprogram.Page.InstanceProperties &
  WechatMiniprogram.Component.InstanceMethods<Data> & { data: Data } & Custom

export type PageOptions<Data extends Fields, Custom extends Fields> = Custom & {
  data?: Data
} & Partial<Lifetime> &
  ThisType<PageInstance<Data, Custom>>

/** A content without other fields than the platform's. `Record<string, …>` cannot be judged, nor what `promise` brings. */
type Known<Content> =
  Content extends PromiseLike<infer Later>
    ? PromiseLike<Known<Later>>
    : Content extends object
      ? {
          [
            Name in keyof Content as string extends Name ? never : Exclude<Name, keyof ShareContent>
          ]?: never
        }
      : Content

/**
 * Holds the share handler to fields that the platform knows: `Page` itself lets `imgUrl` pass. By what was inferred, for a
 * return type that is asked for would lose `this`.
 */
export type SharesContent<Custom> = Custom extends {
  onShareAppMessage: (...args: never[]) => infer Content
}
  ? { onShareAppMessage?: (...args: never[]) => Known<Content> }
  : {}

export type AppOptions<Custom extends Fields> = Partial<AppLifetime> &
  Custom &
  ThisType<AppLifetime & Custom>
