/** Icons as paths in a box of 20 by 20, drawn with a line of 1.5. */
export const icons = {
  overview: 'M3 11h6V3H3zM11 17h6V9h-6zM3 17h6v-4H3zM11 7h6V3h-6z',
  users:
    'M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 16.5c0-3 2-5 5-5s5 2 5 5' +
    'M13 9.5a3 3 0 0 0 0-6M14.5 12c2 .6 3 2.3 3 4.5',
  messages: 'M3 4.5h14v10H9l-4 3v-3H3z',
  compose: 'M3 10 17 3.5 12.5 17 9.5 11z M9.5 11 17 3.5',
  broadcasts: 'M3 8v4h3l7 4V4L6 8zM15.5 7.5c1.2 1.3 1.2 3.7 0 5',
  shares:
    'M6 10a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM18 4.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0z' +
    'M18 15.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM5.8 9.2 14.2 5.4M5.8 10.8l8.4 3.8',
  templates: 'M4 3h12v14H4zM7 7h6M7 10h6M7 13h3',
  codes: 'M3 3h5v5H3zM12 3h5v5h-5zM3 12h5v5H3zM12 12h2v2h-2zM15 15h2v2h-2z',
  pushes: 'M10 3v8M6.5 8 10 11.5 13.5 8M3 13v4h14v-4',
  customer:
    'M3.5 12v-2a6.5 6.5 0 0 1 13 0v2M3.5 11h2.5v4H3.5zM14 11h2.5v4H14z' +
    'M16.5 15c0 1.5-2 2.5-4.5 2.5',
  settings:
    'M10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM10 2.5v2M10 15.5v2M2.5 10h2' +
    'M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4' +
    'M6.1 13.9l-1.4 1.4',
  world: 'M6 2.5h8v15H6zM9 15h2',
  collapse: 'M12.5 5 7.5 10l5 5',
  expand: 'M7.5 5l5 5-5 5',
  down: 'M5 7.5l5 5 5-5',
  more: 'M4 10h.01M10 10h.01M16 10h.01',
  close: 'M5 5l10 10M15 5 5 15',
  copy: 'M7 7h9v10H7zM4 13V3h9',
  search: 'M9 14A5 5 0 1 0 9 4a5 5 0 0 0 0 10zM12.7 12.7 17 17',
  theme: 'M10 3a7 7 0 1 0 7 7 5.5 5.5 0 0 1-7-7z',
  language: 'M3 5h8M7 3v2M9.5 5c-.5 3.5-3 6-6 7.5M5 8c1 2 3 3.5 5 4M10.5 17 14 9l3.5 8M11.8 14h4.4',
  signOut: 'M8 4H4v12h4M8.5 10H17M13.5 6.5 17 10l-3.5 3.5',
  key: 'M12.5 11.5a4 4 0 1 0-3.9-3L3 14v3h3l1-1v-2h2l1.5-1.7',
  download: 'M10 3v9M6 8.5 10 12.5l4-4M3.5 16.5h13',
  again: 'M16 10a6 6 0 1 1-2-4.5M16 3v3.5h-3.5',
  check: 'M4 10.5 8 14.5 16 5.5',
  warning: 'M10 3 18 17H2zM10 8v4M10 14.5h.01',
  external: 'M8 4H4v12h12v-4M11 3h6v6M17 3l-8 8',
} as const

export type IconName = keyof typeof icons
