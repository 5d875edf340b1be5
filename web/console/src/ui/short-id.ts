/** `oX3f…9kQ2`: an id that people tell from others by its ends. */
export const shortId = (id: string, ends = 4): string =>
  id.length <= ends * 2 + 1 ? id : `${id.slice(0, ends)}…${id.slice(-ends)}`
