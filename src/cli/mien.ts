/** The command line: a table of commands, help written from it, and the exit code. */
import { commands, type Command } from './commands.ts'
import { ConfigError } from '../config.ts'
import { PrivateFileError } from '../provider/private-file.ts'
import { ModelFault } from '../face/model-store.ts'
import { UsageError, processTerminal } from './terminal.ts'
import type { Terminal } from './terminal.ts'

const widest = Math.max(...Object.keys(commands).map((name) => name.length))

function overview(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(widest)}  ${summary}`)
  return ['Usage: mien <command> [options]', '', ...rows, '', 'mien <command> --help tells more.'].join('\n')
}

function helpOf({ summary, usage, details = [], examples }: Command): string {
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`)
  const detailed = details.length === 0 ? [] : ['', ...indented(details)]
  return [`Usage: ${usage}`, '', `${summary}.`, ...detailed, '', 'Examples:', ...indented(examples)].join(
    '\n',
  )
}

/** Single-letter edits between two words (Levenshtein). */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1]
    for (const [to, wanted] of Array.from(other).entries()) {
      const replaced = (row[to] ?? 0) + (letter === wanted ? 0 : 1)
      next.push(Math.min(replaced, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}

function unknownCommand(name: string): UsageError {
  const nearest = Object.keys(commands)
    .map((each) => ({ each, edits: editsBetween(name, each) }))
    .sort((one, other) => one.edits - other.edits)[0]
  const hint = nearest !== undefined && nearest.edits <= 3 ? ` Did you mean \`${nearest.each}\`?` : ''
  return new UsageError(`there is no command \`${name}\`.${hint}`)
}

/** @returns the exit code: 0 done, 1 failed, 2 called wrongly. */
export async function mien(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.print(overview())
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  try {
    if (command === undefined) throw unknownCommand(name)
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.print(helpOf(command))
      return 0
    }
    const code = await command.run(rest)
    return typeof code === 'number' ? code : 0
  } catch (error) {
    return explain(error, command === undefined ? 'mien --help' : `mien ${name} --help`, terminal)
  }
}

/** A fault is told in one message; a bug keeps its stack. */
function explain(error: unknown, help: string, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.warn(`mien: ${error.message}\nSee \`${help}\`.`)
    return 2
  }
  if (!isFault(error)) throw error
  terminal.warn(`mien: ${error.message}`)
  return 1
}

/** Faults of modules that are loaded only where a command asks for them. */
const ownCodes: ReadonlySet<unknown> = new Set([
  'house_not_found',
  'clients_invalid',
  'private_file_refused',
  'database_unusable',
  'schema_refused',
  'backup_refused',
  'transfer_refused',
])

/** What the operating system refuses, such as a file that is not there, is nobody's bug either. */
function isFault(error: unknown): error is Error {
  if (error instanceof ModelFault || error instanceof ConfigError || error instanceof PrivateFileError)
    return true
  if (error instanceof Error && 'code' in error && ownCodes.has(error.code)) return true
  return error instanceof Error && 'syscall' in error
}

if (import.meta.main) process.exitCode = await mien(process.argv.slice(2))
