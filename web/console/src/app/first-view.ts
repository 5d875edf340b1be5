/**
 * Draws the first views of the screens at the build, as they look while their data is on the way.
 * The browser's globals are stubs: see first-views.mjs.
 */
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { findSession } from '../api/session.ts'
import { paths, type ScreenName } from '../router/paths.ts'
import { go } from '../router/router.ts'
import { showLanguage, type Language } from '../words/language.ts'
import Console from './Console.vue'

/** @param param the second part of the screen's path, where it has one */
export async function drawFirstView(
  screen: ScreenName,
  language: Language,
  param?: string,
): Promise<string> {
  showLanguage(language)
  const [, name] = /:(\w+)\?/.exec(paths[screen]) ?? []
  go({ screen, params: name && param ? { [name]: param } : {} }, { replace: true })
  await findSession()
  return renderToString(createSSRApp(Console))
}

export { appPlace, paramPlace } from './first-places.ts'
export { languages, tagOf } from '../words/choices.ts'
export { paths }
