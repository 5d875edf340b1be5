/**
 * The seed of a random test: another one each time, unless the environment names it to repeat a
 * run.
 */
export const seedOf = (name: string): number => Number(process.env[name] || Date.now() % 2 ** 31)
