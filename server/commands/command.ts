/** What a command gets of its process, so that tests can run it without one. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>
  print(text: string): void
  /** Resolves when the process is asked to stop (SIGTERM, SIGINT). */
  stopped: Promise<void>
}

/** Runs until it is done or stopped. Resolves with the exit code. */
export type Command = (terminal: Terminal) => Promise<number>
