/** How the platform's components are written here: a host element, properties and events. */
import type * as glassEasel from 'glass-easel'
import type { Device } from '../../device.ts'
import type { Columns } from './columns.ts'

export type Value = string | number | boolean | object | null | undefined

/** The type of a property is that of its default. */
export type Properties = Record<string, Value>

export interface Host {
  /** `wx-…` in the document. */
  readonly element: HTMLElement
  readonly component: glassEasel.GeneralComponent
  get<Wanted extends Value = string>(name: string): Wanted
  /** Changes a property from inside, which a `model:` binding follows. */
  set(name: string, value: Value): void
  /** @returns what the last listener returned */
  trigger(name: string, detail?: object, options?: { bubbles?: boolean }): unknown
  /** Styles beside those that the page writes: the page's own changes do not take them away. */
  setStyle(text: string): void
  onTap(listener: () => void): void
  /** Calls `listener` when the component leaves the document. */
  onDetached(listener: () => void): void
}

export interface ComponentWorld {
  device: Device
  navigate(openType: string, options: { url: string; delta: number }): void
  /** The user taps a button of this open-type. */
  openType(host: Host, type: string): void
  /** Resolves with the index of each column; `undefined` where the user cancels. */
  choose(request: PickRequest): Promise<number[] | undefined>
  /** Changes the window of the page in a frame, by the names of its JSON. */
  setWindow(style: Record<string, unknown>, frame: Element): void
  /** A component asks for what the simulator does not play. */
  lacking(text: string): void
}

/** What `<picker>` asks of the user: a text of each column. */
export interface PickRequest {
  title: string
  columns: Columns
}

export interface BuiltIn {
  tag: string
  properties?: Properties
  /**
   * Called once, before the component is in the document.
   *
   * @returns called at first and whenever a property changes
   */
  create?: (host: Host, world: ComponentWorld) => ((changed?: string) => void) | void
}

/** A component whose value a form collects. */
export interface Control {
  readonly name: () => string
  readonly value: () => Value
  reset(): void
  /** What a tap on its label does. */
  activate(): void
}

const controls = new WeakMap<Element, Control>()

export const registerControl = (element: Element, control: Control): void =>
  void controls.set(element, control)

export const controlOf = (element: Element): Control | undefined => controls.get(element)

/** The controls below an element, in the order of the document. */
export const controlsIn = (element: Element): Control[] =>
  [...element.querySelectorAll('*')].flatMap((child) => controls.get(child) ?? [])

/** Classes that a template names, as its component's style sheet has them. */
export function scopedClasses({ component }: Host, names: string): string[] {
  const owner = component.ownerShadowRoot?.getHostNode().getBackendElement() as unknown
  const scope = (owner as Element | undefined)?.getAttribute('data-scope')
  const classes = names.split(/\s+/).filter(Boolean)
  return scope ? classes.flatMap((name) => [name, `${scope}--${name}`]) : classes
}

export const asBoolean = (value: Value): boolean => value !== false && value !== 'false' && !!value
