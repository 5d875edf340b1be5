/** What `/project.js` hands over: see server/compile.ts. */
export interface TabBarConfig {
  /** The component `custom-tab-bar/index` is drawn in its place. */
  custom?: boolean
  color?: string
  selectedColor?: string
  backgroundColor?: string
  borderStyle?: string
  list: { pagePath: string; text: string; iconPath?: string; selectedIconPath?: string }[]
}

export interface ComponentConfig extends Record<string, unknown> {
  usingComponents: Record<string, string>
}

export interface ProjectConfig {
  name: string
  app: {
    pages: string[]
    window: Record<string, unknown>
    tabBar?: TabBarConfig
    networkTimeout?: { request?: number }
    style?: string
    darkmode?: boolean
    /** Values for `@name`, of theme.json. */
    themes?: Record<'light' | 'dark', Record<string, unknown>>
  }
  components: Record<string, ComponentConfig>
  /** The prefix of the classes of a component. */
  scopes: Record<string, string>
  /** The module of a page or component, and of `app`. */
  scripts: Record<string, string>
  /** What the modules require. */
  requires: Record<string, Record<string, string>>
}

export type ModuleFunction = (
  require: (name: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  hiddenFunction: unknown,
  global: object,
) => void

/** A template by its path, as glass-easel takes it. */
export type Templates = Record<string, (name: string) => unknown>

declare global {
  interface Window {
    simulatedProject?: (
      config: ProjectConfig,
      templates: () => Templates,
      modules: Record<string, ModuleFunction>,
    ) => void
  }
}
