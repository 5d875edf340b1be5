/**
 * `this` inside a wrapped page or app, exactly as `Page` and `App` infer it. The interfaces of miniprogram-api-typings
 * are named here as empty ones, which merge with the real ones where that package is installed and ask for nothing
 * where it is not.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- `any` is what the typings' own constraints say */
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

export type AppOptions<Custom extends Fields> = Partial<AppLifetime> &
  Custom &
  ThisType<AppLifetime & Custom>
