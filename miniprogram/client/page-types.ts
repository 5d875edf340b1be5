/**
 * `this` inside a wrapped page or app, exactly as `Page` and `App` infer it. The interfaces of
 * miniprogram-api-typings are declared here as empty ones, which merge with the real ones where
 * that package is installed and require nothing where it is not.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- as in the typings' own constraints */
import type { Returned, ShareContent } from './share-content'

declare global {
  namespace WechatMiniprogram {
    namespace Page {
      interface ILifetime {}
      interface InstanceProperties {}
    }
    namespace Component {
      // eslint-disable-next-line @typescript-eslint/no-unused-vars -- merging needs them
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

/** The same type, but not a source of inference. */
export type NotInferred<Type> = [Type][Type extends any ? 0 : never]

/** Each lifetime function can be called, with or without its argument: so `Page` types `this`. */
type Callable<Functions> = {
  [Name in keyof Functions]: Functions[Name] extends (argument: infer Argument) => infer Result
    ? (argument?: Argument) => Result
    : Functions[Name]
}

export type PageInstance<
  Data extends Fields = Fields,
  Custom extends Fields = Fields,
> = Callable<Lifetime> &
  WechatMiniprogram.Page.InstanceProperties &
  WechatMiniprogram.Component.InstanceMethods<Data> & { data: Data } & Custom

export type PageOptions<Data extends Fields, Custom extends Fields> = Custom & {
  data?: Data
} & Partial<Lifetime> &
  // NotInferred: options of the typings' own type `Page.Options` have another `ThisType`, which
  // would be a source of inference.
  ThisType<PageInstance<NotInferred<Data>, NotInferred<Custom>>>

/**
 * A content with the platform's fields only. `Record<string, …>` is not checked, nor what `promise`
 * resolves to.
 */
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
 * Checks that the share handler returns only fields that the platform knows: `Page` itself accepts
 * `imgUrl`. A type of its own, because `Custom` is not inferred from functions that read `this`;
 * and an intersection with the inferred return type, because a required return type would lose
 * `this`. `Returned` gives the callbacks of the content their argument.
 */
export interface SharesContent<Content> {
  onShareAppMessage?: (...args: never[]) => Content & Known<Content> & Returned
}

export type AppOptions<Custom extends Fields> = Partial<AppLifetime> &
  Custom &
  ThisType<AppLifetime & Custom>
