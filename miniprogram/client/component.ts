/** The entry `wx-reach/component`: pages that are written as components. */
import { partsOf } from './parts'
import type { ComponentOptions, Properties } from './component-types'
import type { PageSettings } from './page'
import type { Fields } from './page-types'
import type { Reach } from './reach'

/**
 * Wraps `methods.onShareAppMessage` of a component's options. Options without one come back as they are, the same object:
 * a handler of ours would make the share menu appear. Pure, as `reach.page`: the component is registered by `Component`,
 * whose result stays its own. `this` is inferred from `data`, `properties` and `methods`, not from `behaviors`.
 *
 * @example Component(component(reach, { methods: { onShareAppMessage() { return { title: 'Come in' } } } }))
 */
export function component<
  Data extends Fields = Fields,
  Props extends Properties = Properties,
  Methods extends Fields = Fields,
>(
  reach: Reach,
  options: ComponentOptions<Data, Props, Methods>,
  settings?: PageSettings,
): ComponentOptions<Data, Props, Methods> {
  const { methods } = options as Fields
  if (!methods || typeof methods.onShareAppMessage !== 'function') return options
  // Methods of a component page are what the fields of a page's options are.
  return partsOf(reach).copyWith(options, { methods: reach.page(methods, settings) })
}
