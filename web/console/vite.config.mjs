import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { screenFiles } from './screen-files.mjs'

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))

/** reka-ui imports all of Vue in one place, for `useId`: 13 KB that nothing else needs. */
const vueByName = {
  name: 'vue-by-name',
  transform: {
    filter: { id: /reka-ui\/dist\/shared\/useId\.js$/ },
    handler(code) {
      const all = 'import * as vue from "vue"'
      if (!code.includes(all)) this.error('reka-ui does not import all of Vue: remove this plugin.')
      return code.replace(all, 'import { useId as ofVue } from "vue"; const vue = { useId: ofVue }')
    },
  },
}

const main = pathOf('src/main.ts')
let frame
/** Whether the page needs it before it knows its screen. */
function isOfFrame(id, modules) {
  if (!frame) {
    frame = new Set([main])
    // What is added to a set while it is walked is walked, too.
    for (const one of frame) {
      for (const imported of modules.getModuleInfo(one).importedIds) frame.add(imported)
    }
  }
  return frame.has(id)
}

export default defineConfig({
  root: pathOf('.'),
  // The server writes <base href> into index.html: the console stands below any prefix.
  base: './',
  plugins: [vue(), vueByName, screenFiles()],
  resolve: { alias: { 'wx-reach-server/client': pathOf('../../server/client/index.ts') } },
  build: {
    outDir: pathOf('../../dist/console'),
    emptyOutDir: true,
    // WeChat's own browser on phones of 2021, and later.
    target: ['chrome87', 'safari14'],
    // The policy of the page forbids data: addresses of scripts and styles.
    assetsInlineLimit: 0,
    // One file: the page waits for one request less than with a file a screen.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          // What many files share in one: it compresses better than thirty, in one request. The
          // frame waits for nothing that only screens use.
          groups: [
            { name: (id, modules) => (isOfFrame(id, modules) ? 'frame' : null), priority: 1 },
            { name: 'parts', test: /\/src\/(?!demo)/, minShareCount: 2 },
          ],
        },
      },
    },
    license: { fileName: 'licenses.md' },
  },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
})
