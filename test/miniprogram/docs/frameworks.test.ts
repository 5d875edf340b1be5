/**
 * The rules by which frameworks find a share handler. `.ci/frameworks` builds the same recipes with
 * the frameworks' compilers and opens them; this says at once that a recipe breaks a rule.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const folder = resolve(__dirname, '../../../docs/code/frameworks')
const recipes = readdirSync(folder)
const scriptOf = (name: string) =>
  /<script.*?>\n([\s\S]*?)<\/script>/
    .exec(readFileSync(join(folder, name), 'utf8'))![1]!
    .replace(/^ *\/\/.*$/gm, '')

describe('the recipes of frameworks', () => {
  // @dcloudio/uni-mp-vite 3.0.0-alpha-5020620260914001, dist/plugins/runtimeHooks.js: the compiled
  // file of the page is searched for these words. Comments may be gone by then.
  it.each(recipes.filter((name) => name.endsWith('.vue')))(
    '%s has the word in the page itself by which uni-app registers a handler',
    (name) => {
      expect(scriptOf(name)).toMatch(/onShareAppMessage|onShareTimeline|onShareChat/)
    },
  )

  // @mpxjs/core 2.10.20, src/platform/patch/lifecycle/index.wx.js: a page's hook is an option, and
  // `__onShareAppMessage__`, the hook of the composition API, is in no list.
  it.each(recipes.filter((name) => name.endsWith('.mpx')))(
    '%s has the share handler among the options, where Mpx looks for it',
    (name) => {
      const script = scriptOf(name)
      expect(script).toMatch(/(createPage|defineOptions)\({[\s\S]*^ {2}onShareAppMessage: /m)
      expect(script).not.toMatch(/import .*onShareAppMessage/)
    },
  )

  it('are there for both', () => {
    expect(recipes.map((name) => name.split('.')[1]).sort()).toEqual(['mpx', 'mpx', 'vue', 'vue'])
  })
})
