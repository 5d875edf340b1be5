/** A command takes its process as an argument, so that tests can run it without one. */
interface Terminal {
  env: Readonly<Record<string, string | undefined>>
  print(text: string): void
  /** Resolves on SIGTERM or SIGINT. */
  stopped: Promise<void>
}

/** Resolves with the exit code when the command is done or was stopped. */
export type Command = (terminal: Terminal) => Promise<number>
