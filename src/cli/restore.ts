/** `mien restore`: puts a backup into an empty house, on SQLite or PostgreSQL, whichever it came from. */
import { parseArgs } from 'node:util'
import { targetOf } from '../backup/own-house.ts'
import { restoreBackup, type RestoreReceipt } from '../backup/restore.ts'
import { readConfig, readEnvironment, type Config } from '../config.ts'
import { keyOf, keyOptions } from './backup.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

/** @returns the exit code: 1 where the audit trail was not whole already when the backup was made. */
export async function restore(
  args: readonly string[],
  terminal: Terminal = processTerminal,
): Promise<number> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...keyOptions,
        into: { type: 'string' },
        force: { type: 'boolean', default: false },
        'any-issuer': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }),
  )
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new UsageError('`mien restore` wants one file')
  const key = keyOf(values)
  const config = configInto(values.into)
  const wish = { file, key, isForced: values.force, isAnyIssuer: values['any-issuer'], now: new Date() }
  const receipt = await restoreBackup(
    wish,
    targetOf(config, () => new Date()),
  )
  if (values.json) terminal.print(JSON.stringify(factsOf(receipt, config), null, 2))
  else for (const line of linesOf(receipt, config)) terminal.print(line)
  return receipt.verdict.isWhole ? 0 : 1
}

/** A folder stands for a house on SQLite, an address for one on that PostgreSQL. */
function configInto(into: string | undefined): Config {
  const environment = readEnvironment()
  if (into === undefined) return readConfig(environment)
  if (/^postgres(ql)?:/.test(into)) return readConfig({ ...environment, MIEN_DATABASE_URL: into })
  return readConfig({
    ...environment,
    MIEN_DATA_DIR: into,
    MIEN_DATABASE_URL: '',
    MIEN_DATABASE_URL_FILE: '',
  })
}

function factsOf({ header, rows, verdict, setAside, elsewhere }: RestoreReceipt, config: Config) {
  return {
    into: config.databaseUrl === undefined ? config.dataDir : 'postgres',
    issuer: header.issuer,
    takenAt: header.takenAt,
    fromEngine: header.engine,
    fromVersion: header.program,
    rows,
    auditIsWhole: verdict.isWhole,
    auditFault: verdict.fault ?? null,
    setAside: setAside ?? null,
    clientSecretsElsewhere: elsewhere,
  }
}

function linesOf({ header, rows, verdict, setAside, elsewhere }: RestoreReceipt, config: Config): string[] {
  const into = config.databaseUrl === undefined ? config.dataDir : 'PostgreSQL'
  return [
    `Restored into ${into}: ${rows} rows, keys and clients of ${header.issuer}, as of ${header.takenAt}.`,
    verdict.fault === undefined
      ? `The audit trail is whole and says that it was restored (event ${verdict.lastSeq}).`
      : `The audit trail was not whole when the backup was made: ${verdict.fault.kind} at event ${verdict.fault.seq}.`,
    ...elsewhere.map(
      ({ named, putAt }) =>
        `clients.yaml names ${named}, where a backup puts nothing; that secret was put at ${putAt}.`,
    ),
    ...(setAside === undefined
      ? []
      : [`What was there is now in ${setAside}: it holds personal data, delete it when you can.`]),
    'Sessions of Redis are not part of a backup; start the provider and sign in.',
  ]
}
