import type { Arbitrary } from 'fast-check'

/** A part of the server that reads what others wrote. */
export interface FuzzTarget<Input = unknown> {
  /** As the command names it. */
  name: string
  inputs: Arbitrary<Input>
  /**
   * Reads one input. Returns which of `outcomes` it came to; throws for everything that must not
   * happen. Keeps nothing of the input.
   */
  read(input: Input): string | Promise<string>
  /** All that may come of an input. Any other outcome is a fault. A run meets each of them. */
  outcomes: readonly string[]
}

/** @throws where the reader has broken a promise */
export function promised(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Broken promise: ${what}`)
}
