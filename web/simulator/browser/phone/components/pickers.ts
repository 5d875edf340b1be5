/** picker, of every mode. */
import { registerControl, type BuiltIn, type Host, type Value } from './component.ts'
import { createColumns } from './columns.ts'
import { createDateColumns, datePartsTo, timeParts, twoDigits, type DatePart } from './dates.ts'
import { phoneWords } from '../platform/words.ts'
import { readRegions, type Place } from './regions.ts'

const textsOf = ({ get }: Host, items: readonly unknown[]): string[] => {
  const key = get('rangeKey')
  return items.map((item) => String(key === '' ? item : (item as Record<string, unknown>)[key]))
}

const indexesOf = (value: Value): number[] => (Array.isArray(value) ? value.map(Number) : [])

const levels: Record<string, number> = { province: 1, city: 2 }

/** The places of a region, from the province down. */
function placesAt(regions: readonly Place[], chosen: readonly number[], depth: number): Place[][] {
  const columns: Place[][] = []
  let places = regions
  for (let n = 0; n < depth; n++) {
    columns.push([...places])
    places = places[chosen[n] ?? 0]?.parts ?? []
  }
  return columns
}

function indexesOfNames(regions: readonly Place[], names: readonly string[]): number[] {
  let places = regions
  return names.map((name) => {
    const index = Math.max(
      0,
      places.findIndex((place) => place.name === name),
    )
    places = places[index]?.parts ?? []
    return index
  })
}

const picker: BuiltIn = {
  tag: 'picker',
  properties: {
    mode: 'selector',
    range: [],
    rangeKey: '',
    value: null,
    start: '',
    end: '',
    fields: 'day',
    level: 'region',
    customItem: '',
    disabled: false,
    headerText: '',
    name: '',
  },
  create(host, world) {
    const { element, get, set, trigger, onTap } = host
    let initial: Value
    /** Of the panel that is open, which follows the properties. */
    let open: ReturnType<typeof createColumns> | undefined

    async function chooseColumns(columns: ReturnType<typeof createColumns>) {
      open = columns
      const chosen = await world.choose({ title: get('headerText'), columns })
      open = undefined
      return chosen
    }

    /** The detail of `change`; `undefined` where the user cancels. */
    async function pick(): Promise<{ value: Value } | undefined> {
      switch (get('mode')) {
        case 'multiSelector': {
          const texts = () => get<unknown[][]>('range').map((items) => textsOf(host, items))
          const columns = createColumns(indexesOf(get<Value>('value')), texts, {
            // The page may set other texts, and what is chosen in them.
            told: (column, value) => void trigger('columnchange', { column, value }),
          })
          const value = await chooseColumns(columns)
          return value && { value }
        }
        case 'region':
          return pickRegion()
        case 'date':
          return pickDate(datePartsTo(get('fields')))
        case 'time':
          return pickDate(timeParts)
        default: {
          const texts = () => [textsOf(host, get<unknown[]>('range'))]
          const index = Number(get<Value>('value')) || 0
          const chosen = await chooseColumns(createColumns([index], texts))
          return chosen && { value: chosen[0] }
        }
      }
    }

    async function pickDate(parts: readonly DatePart[]) {
      const { dateUnits } = phoneWords(world.device.language)
      const columns = createDateColumns({
        parts,
        value: String(get<Value>('value') ?? ''),
        start: get('start'),
        end: get('end'),
        now: new Date(),
        textOf(part, value) {
          const unit = dateUnits[part]
          return unit === undefined ? twoDigits(value) : `${value}${unit}`
        },
      })
      const chosen = await world.choose({ title: get('headerText'), columns })
      return chosen && { value: columns.value() }
    }

    async function pickRegion() {
      const depth = levels[get('level')] ?? 3
      const custom = get('customItem')
      const addCustom = (places: readonly Place[], left = depth): Place[] => {
        if (custom === '' || left === 0) return [...places]
        const first = { name: custom, code: '', parts: addCustom([], left - 1) }
        const others = places.map((place) => ({
          ...place,
          parts: addCustom(place.parts, left - 1),
        }))
        return [first, ...others]
      }
      const regions = addCustom(await readRegions())
      const names = get<Value>('value')
      const at = indexesOfNames(regions, Array.isArray(names) ? (names as string[]) : [])
      const chosen = await chooseColumns(
        createColumns(
          at,
          (now) => placesAt(regions, now, depth).map((places) => places.map(({ name }) => name)),
          { adjust: (now, column) => now.map((index, n) => (n > column ? 0 : index)) },
        ),
      )
      if (!chosen) return undefined
      const places = placesAt(regions, chosen, depth).map((all, n) => all[chosen[n] ?? 0])
      return {
        value: places.map((place) => place?.name ?? custom),
        code: places.map((place) => place?.code ?? ''),
      }
    }

    const choose = async () => {
      if (get<boolean>('disabled')) return
      const detail = await pick()
      if (!detail) return void trigger('cancel', {})
      set('value', detail.value)
      trigger('change', detail)
    }
    onTap(() => void choose())
    registerControl(element, {
      name: () => get('name'),
      value: () => get<Value>('value'),
      reset: () => set('value', initial ?? null),
      activate: () => void choose(),
    })
    return (changed) => {
      initial ??= get<Value>('value')
      element.toggleAttribute('disabled', get<boolean>('disabled'))
      if (!open || (changed !== 'range' && changed !== 'value')) return
      const value = get<Value>('value')
      open.set(changed === 'value' && Array.isArray(value) ? indexesOf(value) : open.chosen())
    }
  },
}

export const pickers: readonly BuiltIn[] = [picker]
