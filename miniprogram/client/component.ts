/** The entry `wx-reach/component`: pages that are written as components. */
import { partsOf } from './parts'
import type { ComponentOptions, Methods, Properties, WrappedOptions } from './component-types'
import type { PageSettings } from './page'
import type { Fields } from './page-types'
import type { Reach } from './reach'

/**
 * Wraps `methods.onShareAppMessage` of a component's options. Options without one come back as they are, the same object:
 * a handler of ours would make the share menu appear. Pure, as `reach.page`: the component is registered by `Component`,
 * whose result stays its own. `this` is inferred from `data`, `properties` and `methods`, not from `behaviors`; as in
 * `Component`, a share handler names the type of its argument itself: `event: ShareEvent`.
 *
 * @example Component(component(reach, { methods: { onShareAppMessage() { return { title: 'Come in' } } } }))
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
  const { methods } = options as Fields
  if (!methods || typeof methods.onShareAppMessage !== 'function') return options as never
  // Methods of a component page are what the fields of a page's options are.
  return partsOf(reach).copyWith(options, { methods: reach.page(methods, settings) }) as never
}
