/** The panel of `<picker>`. */
import { element } from '../../dom.ts'
import type { Columns } from '../components/columns.ts'
import type { PickRequest } from '../components/component.ts'
import { choiceButtons } from './panels.ts'
import type { Ui } from './ui.ts'

/** @returns `undefined` where the user cancels */
export const choose = (ui: Ui, { title, columns }: PickRequest): Promise<number[] | undefined> =>
  ui.panel<number[] | undefined>(
    (body, done) => {
      const words = ui.words()
      if (title !== '') body.append(element('div', { class: 'ui-sheet-title', text: title }))
      const lists = element('div', { class: 'ui-picker' })
      const draw = () => lists.replaceChildren(...columnsOf(columns))
      draw()
      columns.onChange(draw)
      const confirm = () => done([...columns.chosen()])
      body.append(
        lists,
        choiceButtons([words.cancel, () => done(undefined)], [words.confirm, confirm]),
      )
    },
    { result: undefined },
  )

const columnsOf = (columns: Columns): HTMLElement[] =>
  columns.texts().map((texts, column) => {
    const chosen = columns.chosen()[column] ?? 0
    const list = element(
      'div',
      { class: 'ui-picker-column', attributes: { role: 'listbox' } },
      ...texts.map((text, index) =>
        element('button', {
          class: 'ui-picker-item',
          text,
          attributes: { role: 'option', 'aria-selected': String(index === chosen) },
          onClick: () => columns.choose(column, index),
        }),
      ),
    )
    const heightOf = () => (list.firstElementChild as HTMLElement | null)?.offsetHeight || 1
    // After it has a place in the document.
    requestAnimationFrame(() => (list.scrollTop = chosen * heightOf()))
    // What a finger brings to the middle is chosen.
    list.addEventListener('scrollend', () => {
      const index = Math.round(list.scrollTop / heightOf())
      if (index !== (columns.chosen()[column] ?? 0)) columns.choose(column, index)
    })
    return list
  })
