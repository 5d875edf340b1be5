/**
 * `this` inside a wrapped component or behavior, as `Component` and `Behavior` infer it. As in
 * page-types, the interfaces of miniprogram-api-typings are declared as empty ones that merge with
 * the real ones.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- as in the typings' own constraints */
import type { Fields, NotInferred } from './page-types'

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

interface FullProperty {
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

/** `value: null as User | null` is more precise than `type: Object`. */
type FullValue<Type, Value> = unknown extends Value
  ? ShortValue<Type>
  : Type extends ObjectConstructor | ArrayConstructor
    ? Value
    : ShortValue<Type>

type PropertyValue<Property> = Property extends { type: infer Type }
  ? FullValue<Type, Property extends { value: infer Value } ? Value : unknown>
  : ShortValue<Property>

type PropertyValues<Props> = { [Name in keyof Props]: PropertyValue<Props[Name]> }

/** What typings from 4 on note of a behavior, in a field that no behavior has when it runs. */
type Noted<Behavior> = (Behavior & Record<string, unknown>)['BehaviorType'] &
  (Behavior & Record<string, unknown>)['_$behaviorFieldTypes']

type NotedField<Behavior, Field extends string> =
  NonNullable<Noted<Behavior>> extends { [Name in Field]: infer Value } ? Value : unknown

/** `unknown` where there are no behaviors, or the typings note nothing. */
type Mixed<Behaviors extends unknown[], Field extends 'data' | 'properties' | 'methods'> = (
  Behaviors[number] extends infer Behavior
    ? Behavior extends unknown
      ? (field: NotedField<Behavior, Field>) => void
      : never
    : never
) extends (field: infer All) => void
  ? All
  : never

/** The fields that `miniprogram-computed` calculates from the data. */
export type ComputedFields = Record<string, (data: any) => unknown>

type DataOf<Data, Props, Behaviors extends unknown[]> = Data &
  PropertyValues<Props> &
  Mixed<Behaviors, 'data'> &
  PropertyValues<Mixed<Behaviors, 'properties'>>

type ComputedValues<Computed> = {
  [Name in keyof Computed]: Computed[Name] extends (data: any) => infer Value ? Value : never
}

type ComponentInstance<
  Data extends Fields,
  Props extends Properties,
  Own,
  Behaviors extends unknown[],
  Custom,
  Computed,
> = WechatMiniprogram.Component.InstanceProperties &
  WechatMiniprogram.Component.InstanceMethods<Data> & {
    data: DataOf<Data, Props, Behaviors> & ComputedValues<Computed>
    properties: DataOf<Data, Props, Behaviors> & ComputedValues<Computed>
  } & Own &
  Mixed<Behaviors, 'methods'> &
  Custom

export type Methods = Record<string, Function>

export type ComponentOptions<
  Data extends Fields,
  Props extends Properties,
  Own extends Methods,
  Behaviors extends unknown[],
  Custom extends Fields,
  Computed extends ComputedFields,
> = {
  data?: Data
  properties?: Props
  methods?: Own
  behaviors?: Behaviors
  /** Of `miniprogram-computed`. */
  computed?: Computed & Record<string, (data: DataOf<Data, Props, Behaviors>) => unknown>
  watch?: Record<string, (...values: any[]) => void>
  /** Of `mobx-miniprogram-bindings`. */
  storeBindings?: object
} & Partial<Other> &
  ThisType<ComponentInstance<Data, Props, Own, Behaviors, Custom, Computed>>

/**
 * What `Component` and `Behavior` take; all other fields are present too, unchanged. NotInferred:
 * the types come from the options alone, not from the target, for `Component` returns `never`.
 */
export interface WrappedOptions<
  Data extends Fields,
  Props extends Properties,
  Own extends Methods,
  Behaviors extends unknown[],
  Computed,
> {
  data?: NotInferred<Data & Mixed<Behaviors, 'data'>>
  properties?: NotInferred<Props & Mixed<Behaviors, 'properties'>>
  methods?: NotInferred<Own & Mixed<Behaviors, 'methods'>>
  computed?: NotInferred<Computed>
}
