/** The entry `wx-reach/behavior`: share handlers that several pages have in common. */
import { component } from './component'

/**
 * Wraps `methods.onShareAppMessage` of a behavior's options, as `component` does for a component. A
 * page with the behavior may be wrapped as well: the share has one id.
 *
 * @example
 * const methods = { onShareAppMessage() { return { title: 'Come in' } } }
 * export default Behavior(behavior(reach, { methods }))
 */
export const behavior: typeof component = component
