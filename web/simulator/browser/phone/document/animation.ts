/** What `wx.createAnimation` and `this.animate` describe, as styles of the document. */
import { withUnits } from './units.ts'

export interface Animate {
  /** A function of `transform`, or `style` of a property. */
  type: string
  args: unknown[]
}

export interface AnimationAction {
  animates: Animate[]
  option: {
    transformOrigin: string
    transition: { duration: number; timingFunction: string; delay: number }
  }
}

/** What `export()` gives, and what the attribute `animation` takes. */
export interface ExportedAnimation {
  actions: AnimationAction[]
}

export const transformNames = [
  'matrix',
  'matrix3d',
  'rotate',
  'rotate3d',
  'rotateX',
  'rotateY',
  'rotateZ',
  'scale',
  'scale3d',
  'scaleX',
  'scaleY',
  'scaleZ',
  'skew',
  'skewX',
  'skewY',
  'translate',
  'translate3d',
  'translateX',
  'translateY',
  'translateZ',
] as const

/** Numbers are pixels or degrees where CSS wants a unit. */
export function transformOf(name: string, args: readonly unknown[]): string {
  const values = args.map((value, at) => {
    if (typeof value !== 'number') return withUnits(String(value))
    if (name === 'rotate3d') return at === 3 ? `${value}deg` : String(value)
    if (/^(rotate|skew)/.test(name)) return `${value}deg`
    return name.startsWith('translate') ? `${value}px` : String(value)
  })
  return `${name}(${values.join(', ')})`
}

const withoutUnit = new Set(['opacity', 'backgroundColor', 'zIndex'])

/** A value of a property: numbers of lengths are pixels. */
export const styleValue = (name: string, value: unknown): string =>
  typeof value === 'number' && !withoutUnit.has(name) ? `${value}px` : withUnits(String(value))

const running = new WeakMap<HTMLElement, ReturnType<typeof setTimeout>>()

/** Plays the steps of an exported animation one after another. The last one stays. */
export function playAnimation(element: HTMLElement, { actions }: ExportedAnimation): void {
  clearTimeout(running.get(element))
  const [action, ...later] = actions
  if (!action) return
  const { animates, option } = action
  const { duration, timingFunction, delay } = option.transition
  element.style.transition = `all ${duration}ms ${timingFunction} ${delay}ms`
  element.style.transformOrigin = option.transformOrigin
  const transforms = animates.filter(({ type }) => type !== 'style')
  if (transforms.length > 0) {
    element.style.transform = transforms.map(({ type, args }) => transformOf(type, args)).join(' ')
  }
  for (const { type, args } of animates) {
    const [name, value] = args as [string, unknown]
    if (type === 'style') Object.assign(element.style, { [name]: styleValue(name, value) })
  }
  if (later.length === 0) return
  const next = () => playAnimation(element, { actions: later })
  running.set(element, setTimeout(next, duration + delay))
}

/** A keyframe of `this.animate`: functions of `transform` are fields beside the properties. */
export function keyframeOf(given: Record<string, unknown>): Keyframe {
  const frame: Keyframe = {}
  const transforms: string[] = []
  for (const [name, value] of Object.entries(given)) {
    if (name === 'ease') frame.easing = String(value)
    else if (name === 'offset') frame.offset = Number(value)
    else if ((transformNames as readonly string[]).includes(name)) {
      transforms.push(transformOf(name, Array.isArray(value) ? value : [value]))
    } else if (name !== 'composite') frame[name] = styleValue(name, value)
  }
  if (transforms.length > 0) frame['transform'] = transforms.join(' ')
  return frame
}
