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

/** The same type, but nothing is inferred from where it stands. */
export type Fixed<Type> = [Type][Type extends any ? 0 : never]

export type PageInstance<
  Data extends Fields = Fields,
  Custom extends Fields = Fields,
> = Partial<Lifetime> &
  WechatMiniprogram.Page.InstanceProperties &
  WechatMiniprogram.Component.InstanceMethods<Data> & { data: Data } & Custom

export type PageOptions<Data extends Fields, Custom extends Fields> = Custom & {
  data?: Data
} & Partial<Lifetime> &
  // Fixed: options that come as the typings' own `Page.Options` have another `ThisType`, which would be inferred from.
  ThisType<PageInstance<Fixed<Data>, Fixed<Custom>>>

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
 * Holds the share handler to fields that the platform knows: `Page` itself lets `imgUrl` pass. Inferred by itself, for what
 * reads `this` is no part of what `Custom` is inferred from; and looked at afterwards, for a return type that is asked for
 * would lose `this`.
 */
export interface SharesContent<Content> {
  onShareAppMessage?: (...args: never[]) => Content & Known<Content>
}

export type AppOptions<Custom extends Fields> = Partial<AppLifetime> &
  Custom &
  ThisType<AppLifetime & Custom>
