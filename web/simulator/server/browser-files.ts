/** The pages of the simulator itself: bundled once, when it starts. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { areaList } from '@vant/area-data'
import { build } from 'esbuild'

export interface BrowserFile {
  type: string
  body: string | Buffer
}

/** By their paths, as `/frame.js`. */
export type BrowserFiles = ReadonlyMap<string, BrowserFile>

/** The package's folder, from its sources as from what is built of them. */
export function packageFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (existsSync(join(at, 'browser/frame/index.html'))) return at
    if (dirname(at) === at) throw new Error('the folder browser/ of wx-reach-simulator is missing')
  }
}

export async function bundleBrowserFiles(): Promise<BrowserFiles> {
  const folder = join(packageFolder(), 'browser')
  const { outputFiles } = await build({
    entryPoints: { frame: join(folder, 'frame/main.ts'), phone: join(folder, 'phone/main.ts') },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    minify: true,
    outdir: '/',
    charset: 'utf8',
    logLevel: 'silent',
  })
  const files = new Map<string, BrowserFile>()
  for (const { path, contents } of outputFiles) {
    files.set(`/${path.split(/[/\\]/).at(-1)}`, { type: script, body: Buffer.from(contents) })
  }
  const read = (name: string) => readFileSync(join(folder, name))
  files.set('/regions.json', { type: json, body: JSON.stringify(regions()) })
  files.set('/', { type: page, body: read('frame/index.html') })
  files.set('/phone', { type: page, body: read('phone/index.html') })
  files.set('/frame.css', { type: css, body: read('frame/frame.css') })
  files.set('/phone.css', { type: css, body: read('phone/phone.css') })
  files.set('/components.css', { type: css, body: read('phone/components.css') })
  return files
}

interface Region {
  name: string
  code: string
  parts: Region[]
}

/** Provinces, their cities and the districts of those: a code begins with that of its whole. */
function regions(): Region[] {
  const { province_list: provinces, city_list: cities, county_list: districts } = areaList
  const partsOf = (list: Record<string, string>, digits: string): [string, string][] =>
    Object.entries(list).filter(([code]) => code.startsWith(digits))
  return Object.entries(provinces).map(([code, name]) => ({
    name,
    code,
    parts: partsOf(cities, code.slice(0, 2)).map(([cityCode, city]) => ({
      name: city,
      code: cityCode,
      parts: partsOf(districts, cityCode.slice(0, 4)).map(([districtCode, district]) => ({
        name: district,
        code: districtCode,
        parts: [],
      })),
    })),
  }))
}

export const page = 'text/html; charset=utf-8'
export const script = 'text/javascript; charset=utf-8'
export const css = 'text/css; charset=utf-8'
export const json = 'application/json; charset=utf-8'
