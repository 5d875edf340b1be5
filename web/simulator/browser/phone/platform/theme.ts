/** The light and the dark theme of a project: `darkmode` of app.json, and `theme.json`. */
import type { ProjectConfig } from './project.ts'

export type ThemeName = 'light' | 'dark'

export interface Theme {
  /** That of the phone where the project has `darkmode`, else `light`. */
  name(): ThemeName
  /** A configuration with the values of the theme in place of `@name`. */
  resolve<Value>(config: Value): Value
}

export function createTheme({ app }: ProjectConfig, ofPhone: () => ThemeName): Theme {
  const name = () => (app.darkmode === true ? ofPhone() : 'light')
  const resolve = <Value>(config: Value): Value => {
    if (typeof config === 'string' && config.startsWith('@')) {
      return (app.themes?.[name()]?.[config.slice(1)] ?? config) as Value
    }
    if (Array.isArray(config)) return config.map(resolve) as Value
    if (typeof config !== 'object' || config === null) return config
    const entries = Object.entries(config).map(([key, value]) => [key, resolve(value) as unknown])
    return Object.fromEntries(entries) as Value
  }
  return { name, resolve }
}

/** The style sheet of the project for the theme: see `cssOfTheme` in server/styles.ts. */
export function showTheme(name: ThemeName): void {
  document.body.setAttribute('data-theme', name)
  const sheet = document.querySelector<HTMLLinkElement>('link[href^="/project.css"]')
  const href = name === 'dark' ? '/project.css?theme=dark' : '/project.css'
  if (sheet && sheet.getAttribute('href') !== href) sheet.setAttribute('href', href)
}
