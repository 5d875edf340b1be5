/**
 * `this` inside a wrapped component or behavior, as `Component` and `Behavior` infer it from `data`, `properties` and
 * `methods`. As in page-types, the interfaces of miniprogram-api-typings are named as empty ones that merge with the real
 * ones. Not inferred: what comes out of `behaviors`.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- `any` is what the typings' own constraints say */
import type { Fields, Fixed } from './page-types'

declare global {
  namespace WechatMiniprogram {
    namespace Component {
      interface InstanceProperties {}
      interface Lifetimes {}
      interface OtherOption {}
    }
  }
}

type Other = WechatMiniprogram.Component.Lifetimes & WechatMiniprogram.Component.OtherOption

type Short =
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | ArrayConstructor
  | ObjectConstructor
  | null

export interface FullProperty {
  type: Short
  value?: any
  observer?: string | ((newValue: any, oldValue: any, changedPath: (string | number)[]) => void)
  optionalTypes?: Short[]
}

export type Properties = Record<string, Short | FullProperty>

type ShortValue<Type> = Type extends null
  ? any
  : Type extends StringConstructor
    ? string
    : Type extends NumberConstructor
      ? number
      : Type extends BooleanConstructor
        ? boolean
        : Type extends ArrayConstructor
          ? any[]
          : Fields

/** `value: null as User | null` says more than `type: Object`. */
type FullValue<Type, Value> = unknown extends Value
  ? ShortValue<Type>
  : Type extends ObjectConstructor | ArrayConstructor
    ? Value
    : ShortValue<Type>

type PropertyValue<Property> = Property extends { type: infer Type }
  ? FullValue<Type, Property extends { value: infer Value } ? Value : unknown>
  : ShortValue<Property>

type DataOf<Data, Props> = Data & { [Name in keyof Props]: PropertyValue<Props[Name]> }

export type ComponentInstance<
  Data extends Fields,
  Props extends Properties,
  Own,
> = WechatMiniprogram.Component.InstanceProperties &
  WechatMiniprogram.Component.InstanceMethods<Data> & {
    data: DataOf<Data, Props>
    properties: DataOf<Data, Props>
  } & Own

/** As the typings have it: what a share handler returns is not checked, for `this` would be lost by that. */
export type Methods = Record<string, Function>

export type ComponentOptions<Data extends Fields, Props extends Properties, Own extends Methods> = {
  data?: Data
  properties?: Props
  methods?: Own
  behaviors?: any[]
} & Partial<Other> &
  ThisType<ComponentInstance<Data, Props, Own>>

/**
 * What `Component` and `Behavior` take; all other fields are there too, and they take them as they are. Fixed: inferred from
 * the options alone, not from where they go, for out of `Component` comes `never`.
 */
export interface WrappedOptions<
  Data extends Fields,
  Props extends Properties,
  Own extends Methods,
> {
  data?: Fixed<Data>
  properties?: Fixed<Props>
  methods?: Fixed<Own>
}
