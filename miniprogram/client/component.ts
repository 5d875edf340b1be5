/** The entry `wx-reach/component`: pages that are written as components. */
import type {
  ComponentOptions,
  ComputedFields,
  Methods,
  Properties,
  WrappedOptions,
} from './component-types'
import { internalsOf } from './internals'
import type { PageSettings } from './page'
import type { Fields } from './page-types'
import type { Reach } from './reach'

/**
 * Wraps `methods.onShareAppMessage` of a component's options. Options without one are returned
 * unchanged, the same object: a handler of ours would make the share menu appear. Pure, as
 * `reach.page`: `Component` registers the component, or `ComponentWithComputed` and
 * `ComponentWithStore` of the platform's own packages. `this` is inferred from `data`,
 * `properties`, `methods`, `computed` and, with miniprogram-api-typings from 4 on, `behaviors`. As
 * in `Component`, a share handler declares the types of arguments itself: `event: ShareEvent`,
 * `success(result: ShareSuccess)`.
 *
 * @example
 * Component(component(reach, { methods: { onShareAppMessage() { return { title: 'Come in' } } } }))
 */
export function component<
  Data extends Fields = {},
  Props extends Properties = {},
  Own extends Methods = {},
  Behaviors extends [] | unknown[] = [],
  Custom extends Fields = {},
  Computed extends ComputedFields = {},
>(
  reach: Reach,
  options: ComponentOptions<Data, Props, Own, Behaviors, Custom, Computed>,
  settings?: PageSettings,
): WrappedOptions<Data, Props, Own, Behaviors, Computed> {
  // What behaviors add is in the type, and in no field of the options.
  type Wrapped = WrappedOptions<Data, Props, Own, Behaviors, Computed>
  const { methods, attached, lifetimes } = options as Fields
  if (!methods || typeof methods.onShareAppMessage !== 'function') return options as Wrapped
  const { copyWith, askingFor } = internalsOf(reach)
  const onShareAppMessage = reach.share(methods.onShareAppMessage)
  const changes: Fields = { methods: copyWith(methods, { onShareAppMessage }) }
  const asking = askingFor(settings)
  // A method `onLoad` of ours would replace one of its behaviors'; lifetimes are all called. Once,
  // not at each show: a menu that the page hides stays hidden.
  if (asking) {
    changes.attached = asking(attached)
    // Its `attached` replaces the other one; base libraries before 2.2.3 do not know it.
    if (lifetimes && lifetimes.attached) {
      changes.lifetimes = copyWith(lifetimes, { attached: asking(lifetimes.attached) })
    }
  }
  return copyWith(options, changes) as Wrapped
}
