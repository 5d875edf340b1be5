/**
 * Writes screens.json beside index.html: the scripts that each screen needs beside those of the
 * page, by the first part of its path. The server names them in the page, so that a browser asks
 * for all at once.
 */
import { basename } from 'node:path'

export const screenFiles = () => ({
  name: 'screen-files',
  generateBundle(_options, bundle) {
    const filesOf = (name, found = new Set()) => {
      if (found.has(name)) return found
      found.add(name)
      for (const imported of bundle[name].imports) filesOf(imported, found)
      return found
    }
    const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk')
    const ofPage = filesOf(chunks.find(({ name }) => name === 'frame').fileName)
    const screens = chunks.flatMap(({ fileName, facadeModuleId, isDynamicEntry }) => {
      const [, name] = /^(\w+)Screen\.vue$/.exec(basename(facadeModuleId ?? '')) ?? []
      if (!isDynamicEntry || !name) return []
      const path = name === 'Overview' ? '' : name.toLowerCase()
      return [[path, [...filesOf(fileName)].filter((file) => !ofPage.has(file))]]
    })
    const source = JSON.stringify(Object.fromEntries(screens))
    this.emitFile({ type: 'asset', fileName: 'screens.json', source })
  },
})
