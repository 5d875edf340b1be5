/** `wx.createAnimation`: a description that the attribute `animation` plays. */
import {
  transformNames,
  type Animate,
  type AnimationAction,
  type ExportedAnimation,
} from '../document/animation.ts'

interface AnimationOptions {
  duration?: number
  timingFunction?: string
  delay?: number
  transformOrigin?: string
}

const styleNames = [
  'opacity',
  'backgroundColor',
  'width',
  'height',
  'left',
  'right',
  'top',
  'bottom',
] as const

type Effects = Record<
  (typeof transformNames)[number] | (typeof styleNames)[number],
  (...args: unknown[]) => Animation
>

export interface Animation extends Effects {
  /** What the steps have that name nothing else. Libraries change it between two steps. */
  option: { transition: AnimationAction['option']['transition']; transformOrigin: string }
  /** Ends a step, whose effects play together. */
  step(options?: AnimationOptions): Animation
  /** Hands the steps out: the next export has those that follow. */
  export(): ExportedAnimation
}

export function createAnimation(defaults: AnimationOptions = {}): Animation {
  let actions: AnimationAction[] = []
  let step: Animate[] = []
  /** Effects last: a later step has those of the earlier ones that it does not replace. */
  const lasting = new Map<string, Animate>()

  const effect =
    (make: (args: unknown[]) => Animate) =>
    (...args: unknown[]) => {
      step.push(make(args))
      return animation
    }
  const effects = Object.fromEntries([
    ...transformNames.map((type) => [type, effect((args) => ({ type, args }))]),
    ...styleNames.map((name) => [
      name,
      effect(([value]) => ({ type: 'style', args: [name, value] })),
    ]),
  ]) as Effects
  const { duration = 400, timingFunction = 'linear', delay = 0 } = defaults
  const animation: Animation = {
    ...effects,
    option: {
      transition: { duration, timingFunction, delay },
      transformOrigin: defaults.transformOrigin ?? '50% 50% 0',
    },
    step(options = {}) {
      for (const one of step) {
        lasting.set(one.type === 'style' ? `style.${String(one.args[0])}` : one.type, one)
      }
      step = []
      const { transition, transformOrigin: usualOrigin } = animation.option
      const { transformOrigin = usualOrigin, ...changes } = options
      actions.push({
        animates: [...lasting.values()],
        option: { transformOrigin, transition: { ...transition, ...changes } },
      })
      return animation
    },
    export() {
      const exported = { actions }
      actions = []
      return exported
    },
  }
  return animation
}
