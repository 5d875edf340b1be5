/**
 * The file that a thread of this folder runs. Node 20 runs no TypeScript: where the sources themselves run, as in tests,
 * it is the one that the build has made of them.
 */
export function threadFile(name: string): URL {
  const here = import.meta.url
  const folder = here.endsWith('.ts') ? '../../../dist/server/store/sqlite/' : './'
  return new URL(`${folder}${name}.js`, here)
}
