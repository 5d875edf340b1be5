/** What can be set of a phone and of the platform. */
import type { Entry, Network } from '../device.ts'
import { element } from '../dom.ts'
import type { Settings } from './http.ts'
import { entryOptions, splitUrl, withTicket, type PhoneView } from './phone-view.ts'
import { libraries, type World } from './world.ts'

const minuteMs = 60_000
const clockStepsMs = [minuteMs, 2 * 24 * 60 * minuteMs, 7 * 24 * 60 * minuteMs]
const networks: readonly Network[] = ['wifi', 'slow', 'none', 'interrupted']

export function drawSwitches(world: World, phone: PhoneView, failed: (error: Error) => void) {
  const words = world.words()
  const { modes, pages } = world.settings
  const scene = element('input', {
    attributes: {
      type: 'number',
      value: '1001',
      min: '1000',
      max: '1999',
      'aria-label': words.scene,
    },
  })
  const relaunch = (path: string, query: Record<string, string>, value: number) =>
    phone.launch({ options: entryOptions(path, query, value) })
  return [
    field(
      words.library,
      select(libraries, world.library(), libraries, (library) => {
        world.setLibrary(library)
        if (phone.isRunning()) phone.launch()
      }),
    ),
    element('p', { class: 'note', text: words.relaunches }),
    field(
      words.network,
      select(
        networks,
        phone.network(),
        networks.map((network) => words.networks[network]),
        (network) => phone.setNetwork(network as Network),
      ),
    ),
    group(
      words.edition,
      ...['2018', '2026'].map((edition) =>
        element('button', {
          text: edition,
          onClick: () => void world.sandbox.post('edition', { edition }).catch(failed),
        }),
      ),
    ),
    field(
      words.theme,
      select(['light', 'dark'], world.theme(), [words.themes.light, words.themes.dark], (theme) =>
        world.setTheme(theme as 'light' | 'dark'),
      ),
    ),
    group(
      words.clock,
      element('time', { text: minuteOf(world.now()) }),
      ...clockStepsMs.map((advanceMs, n) =>
        element('button', {
          text: words.clockSteps[n]!,
          onClick: () => void world.advanceClock(advanceMs).catch(failed),
        }),
      ),
    ),
    field(
      words.mode,
      select(
        ['', ...modes.map((_, n) => String(n))],
        '',
        [words.normal, ...modes.map(({ name }) => name)],
        (chosen) => {
          const mode = modes[Number(chosen)]
          if (chosen === '' || !mode) return relaunch(pages[0]!, {}, 1001)
          phone.launch(entryByMode(mode))
        },
      ),
    ),
    group(
      words.scene,
      scene,
      element('button', {
        text: words.launch,
        onClick: () => relaunch(pages[0]!, {}, Number(scene.value)),
      }),
    ),
    element(
      'span',
      { class: 'buttons' },
      element('button', { text: words.clearStorage, onClick: () => phone.clearStorage() }),
      element('button', { text: words.clearChoices, onClick: () => phone.clearChoices() }),
    ),
  ]
}

/** A mode with a group has a ticket of it, as in DevTools. */
function entryByMode({ pathName, query, scene = 1001, group }: Settings['modes'][number]): Entry {
  const options = entryOptions(pathName, splitUrl(`?${query}`).query, scene)
  return group === undefined ? { options } : { options: withTicket(options), group }
}

const minuteOf = (ms: number) => {
  const date = new Date(ms)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

const field = (name: string, control: Node) =>
  element('label', { class: 'field' }, element('span', { text: name }), control)

/** Of several controls: a label names one alone. */
const group = (name: string, ...controls: Node[]) =>
  element(
    'div',
    { class: 'field', attributes: { role: 'group', 'aria-label': name } },
    element('span', { text: name }),
    element('span', { class: 'buttons' }, ...controls),
  )

function select(
  values: readonly string[],
  chosen: string,
  names: readonly string[],
  act: (value: string) => void,
): HTMLSelectElement {
  const made = element(
    'select',
    {},
    ...values.map((value, n) =>
      element('option', { text: names[n] ?? value, attributes: { value } }),
    ),
  )
  made.value = chosen
  made.addEventListener('change', () => act(made.value))
  return made
}
