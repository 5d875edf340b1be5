/** What the simulator uses of the adapter: its own declarations name a file that does not exist. */
declare module 'glass-easel-miniprogram-adapter' {
  import type * as glassEasel from 'glass-easel'

  /** What `Behavior` returns. */
  export interface Behavior {
    readonly _$: glassEasel.GeneralBehavior
  }

  export interface Definition extends Record<string, unknown> {
    behaviors?: Behavior[]
  }

  interface ComponentBuilder {
    definition(definition: Definition): ComponentBuilder
    pageDefinition(definition: Definition): ComponentBuilder
    register(): unknown
  }

  interface BehaviorBuilder {
    definition(definition: Definition): BehaviorBuilder
    register(): Behavior
  }

  export interface CodeSpace {
    getComponentSpace(): glassEasel.ComponentSpace
    setOverallBehavior(behavior: glassEasel.GeneralBehavior): void
    addStyleSheet(path: string, url: string | undefined, scope: string | undefined): void
    addCompiledTemplate(path: string, content: unknown): void
    addComponentStaticConfig(path: string, config: object): void
    component(path: string): ComponentBuilder
    behavior(): BehaviorBuilder
  }

  export interface Root {
    getComponent(): glassEasel.GeneralComponent
    attach(parent: Element, placeholder: Element): void
    release(): void
  }

  export interface AssociatedBackend {
    createRoot(tagName: string, space: CodeSpace, url: string): Root
  }

  export class MiniProgramEnv {
    associateBackend(backend: glassEasel.GeneralBackendContext): AssociatedBackend
    createCodeSpace(id: string, isMainSpace: boolean): CodeSpace
  }
}
