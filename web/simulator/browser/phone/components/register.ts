/** Makes the platform's components known to the project's. */
import type * as glassEasel from 'glass-easel'
import { lackingTags } from '../../tags.ts'
import { playAnimation, type ExportedAnimation } from '../document/animation.ts'
import { phoneWords } from '../platform/words.ts'
import type { BuiltIn, ComponentWorld, Host, Value } from './component.ts'
import { containers } from './containers.ts'
import { controls } from './controls.ts'
import { forms } from './forms.ts'
import { htmlTags, media } from './media.ts'
import { movables } from './movables.ts'
import { pageParts } from './page-parts.ts'
import { pickerViews } from './picker-view.ts'
import { pickers } from './pickers.ts'
import { swipers } from './swipers.ts'

const builtIns: readonly BuiltIn[] = [
  ...containers,
  ...forms,
  ...controls,
  ...pickers,
  ...pickerViews,
  ...movables,
  ...media,
  ...pageParts,
  ...swipers,
]

export function registerComponents(space: glassEasel.ComponentSpace, world: ComponentWorld): void {
  for (const builtIn of builtIns) {
    space.setGlobalUsingComponent(builtIn.tag, define(space, builtIn, world))
  }
  for (const tag of lackingTags) {
    space.setGlobalUsingComponent(tag, define(space, box(tag), world))
  }
  // What is not among the used components either.
  define(space, { ...box('?'), tag: '' }, world)
  Object.assign(space, { _$allowUnusedNativeNode: false })
}

/** A marked box in place of what is not played, with its content. */
const box = (tag: string): BuiltIn => ({
  tag,
  create({ element }, { device }) {
    const name = tag === '?' ? element.tagName.toLowerCase() : tag
    // As on a phone: a template may hold them, and they mean nothing.
    if (htmlTags.has(name)) return
    element.setAttribute('data-lacking', `<${name}>`)
    element.setAttribute('data-words', phoneWords(device.language).notPlayed)
    device.problem(`<${name}>: 模拟器没有 / is not played`)
  },
})

const typeOf = (value: Value) => {
  if (Array.isArray(value)) return Array
  if (typeof value === 'string') return String
  if (typeof value === 'number') return Number
  if (typeof value === 'boolean') return Boolean
  return null
}

function define(
  space: glassEasel.ComponentSpace,
  { tag, properties = {}, create }: BuiltIn,
  world: ComponentWorld,
): glassEasel.GeneralComponentDefinition {
  const updates = new WeakMap<object, (changed?: string) => void>()
  const all = { hidden: false, animation: null, ariaLabel: '', ariaRole: '', ...properties }
  const definition = {
    is: tag === '' ? '' : `wx://${tag}`,
    properties: Object.fromEntries(
      Object.entries(all).map(([name, value]) => [
        name,
        {
          type: typeOf(value),
          value,
          observer(this: object) {
            updates.get(this)?.(name)
          },
        },
      ]),
    ),
    lifetimes: {
      created(this: unknown) {
        const component = this as glassEasel.GeneralComponent
        // A page that has ended still sets data: what is made of it has no element.
        if (!component.getBackendElement()) return
        const host = createHost(component)
        const update = create?.(host, world)
        updates.set(component, (changed) => {
          if (changed === undefined || changed === 'animation') playGiven(host)
          host.element.hidden = host.get<boolean>('hidden')
          update?.(changed)
          for (const [property, attribute] of Object.entries(ariaNames)) {
            const text = host.get(property)
            if (text !== '') host.element.setAttribute(attribute, text)
          }
        })
      },
      attached(this: unknown) {
        updates.get(this as object)?.()
      },
      detached(this: unknown) {
        for (const listener of leaving.get(this as object) ?? []) listener()
      },
    },
  }
  const made = space.defineComponent(definition as never)
  return made as unknown as glassEasel.GeneralComponentDefinition
}

/** What readers of screens have of any component. */
const ariaNames: Record<string, string> = { ariaLabel: 'aria-label', ariaRole: 'role' }

function playGiven({ element, get }: Host): void {
  // Pages begin with an empty object.
  const animation = get<Partial<ExportedAnimation> | null>('animation')
  if (animation?.actions) playAnimation(element, { actions: animation.actions })
}

const leaving = new WeakMap<object, (() => void)[]>()

function createHost(component: glassEasel.GeneralComponent): Host {
  const element = component.getBackendElement() as unknown as HTMLElement
  const data = () => component.data as Record<string, Value>
  return {
    element,
    component,
    get: <Wanted extends Value>(name: string) => data()[name] as Wanted,
    set(name, value) {
      if (data()[name] !== value) component.setData({ [name]: value } as never)
    },
    trigger(name, detail = {}, options = {}) {
      let returned: unknown
      component.triggerEvent(name, detail, {
        ...options,
        composed: false,
        handleListenerReturn: (value) => void (returned = value),
      })
      return returned
    },
    setStyle: (text) => component.setNodeStyle(text, 2),
    onTap: (listener) => void component.addListener('tap', listener),
    onDetached(listener) {
      leaving.set(component, [...(leaving.get(component) ?? []), listener])
    },
  }
}
