/** What a command may write to, and the fault that means it was called wrongly. */

export interface Terminal {
  /** One line of result. */
  readonly print: (line: string) => void
  /** One line about the work or its failure. */
  readonly warn: (line: string) => void
  /** Draws over the current line; absent where nobody watches. */
  readonly redraw?: (text: string) => void
}

export const processTerminal: Terminal = {
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
  ...(process.stderr.isTTY ? { redraw: (text: string) => process.stderr.write(`\r\x1b[K${text}`) } : {}),
}

/** The command line itself is wrong: exit code 2, and where help is found. */
export class UsageError extends Error {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.name = 'UsageError'
  }
}

/** Runs a `parseArgs` call and names its complaint as ours. */
export function readArguments<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse()
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message, { cause: error })
    throw error
  }
}
