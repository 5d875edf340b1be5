/** `Date` of the mini-program: its phone has the platform's clock. */

/**
 * `Date.now()`, `new Date()` and `Date()` follow `now`. Timers and `performance` stay those of the
 * machine.
 */
export function followClock(now: () => number): void {
  const Real = Date
  const phoneDate = new Proxy(Real, {
    construct: (target, given: unknown[], made) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  })
  Object.defineProperty(Real.prototype, 'constructor', { value: phoneDate, configurable: true })
  Object.defineProperty(window, 'Date', { value: phoneDate, configurable: true, writable: true })
}
