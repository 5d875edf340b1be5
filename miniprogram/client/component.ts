/** The entry `wx-reach/component`: pages that are written as components. */
import { internalsOf } from './internals'
import type { PageSettings } from './page'
import type { Fields, NotInferred } from './page-types'
import type { Reach } from './reach'

/**
 * Wraps `methods.onShareAppMessage` of a component's options. Options without one are returned
 * unchanged, the same object: a handler of ours would make the share menu appear. Pure, as
 * `reach.page`: `Component` registers the component. `this` is inferred from `data`, `properties`
 * and `methods`, not from `behaviors`; as in `Component`, a share handler declares the type of its
 * argument itself: `event: ShareEvent`.
 *
 * @example
 * Component(component(reach, { methods: { onShareAppMessage() { return { title: 'Come in' } } } }))
 */
export function component<
  Data extends Fields = {},
  Props extends Properties = {},
  Own extends Methods = {},
>(
  reach: Reach,
  options: ComponentOptions<Data, Props, Own>,
  settings?: PageSettings,
): WrappedOptions<Data, Props, Own> {
  const { methods, pageLifetimes } = options as Fields
  if (!methods || typeof methods.onShareAppMessage !== 'function') return options
  const { copyWith, askingFor } = internalsOf(reach)
  const onShareAppMessage = reach.share(methods.onShareAppMessage)
  const changes: Fields = { methods: copyWith(methods, { onShareAppMessage }) }
  const asking = askingFor(settings)
  // A method `onShow` of ours would replace one of its behaviors'; page lifetimes are all called.
  if (asking) {
    const { show = undefined } = pageLifetimes || {}
    changes.pageLifetimes = copyWith(pageLifetimes || {}, { show: asking(show) })
  }
  return copyWith(options, changes)
}

/**
 * `this` inside a wrapped component or behavior, as `Component` and `Behavior` infer it from
 * `data`, `properties` and `methods`. As in page-types, the interfaces of miniprogram-api-typings
 * are declared as empty ones that merge with the real ones. Not inferred: what `behaviors` add.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- as in the typings' own constraints */

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

/** `value: null as User | null` is more precise than `type: Object`. */
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

/**
 * As in the typings: the content of a share handler is not checked, because `this` would be lost.
 */
export type Methods = Record<string, Function>

export type ComponentOptions<Data extends Fields, Props extends Properties, Own extends Methods> = {
  data?: Data
  properties?: Props
  methods?: Own
  behaviors?: any[]
} & Partial<Other> &
  ThisType<ComponentInstance<Data, Props, Own>>

/**
 * What `Component` and `Behavior` take; all other fields are present too, unchanged. NotInferred:
 * the types come from the options alone, not from the target, for `Component` returns `never`.
 */
export interface WrappedOptions<
  Data extends Fields,
  Props extends Properties,
  Own extends Methods,
> {
  data?: NotInferred<Data>
  properties?: NotInferred<Props>
  methods?: NotInferred<Own>
}
