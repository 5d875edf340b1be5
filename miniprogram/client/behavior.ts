/** The entry `wx-reach/behavior`: share handlers that several pages have in common. */
import { component } from './component'

/**
 * Wraps `methods.onShareAppMessage` of a behavior's options, as `component` does those of a component. A page that mixes
 * the behavior in need not be wrapped for it again, and may be: one share id comes out.
 *
 * @example export default Behavior(behavior(reach, { methods: { onShareAppMessage() { return { title: 'Come in' } } } }))
 */
export const behavior: typeof component = component
