/** `mien doctor`: looks at the provider from outside and at its machine from inside, and says what to change. */
import { parseArgs } from 'node:util'
import { readConfig, type Config } from '../config.ts'
import { checkFaceWorkers, checkInference } from './doctor/faces.ts'
import { checkDatabase } from './doctor/database.ts'
import { reasonOf, type Check, type Finding, type State } from './doctor/findings.ts'
import { checkClients, checkFolder, checkMachine, checkMail, checkNetworks } from './doctor/inside.ts'
import { checkProxy } from './doctor/proxy.ts'
import { checkBackup, checkIntegrity, checkKeys } from './doctor/records.ts'
import { checkRedis } from './doctor/redis.ts'
import { checkAddress, checkCertificate, checkDiscovery } from './doctor/outside.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

export interface DoctorDependencies {
  readonly terminal: Terminal
  readonly config: Config
  readonly now: () => Date
}

const patienceMs = 5000

const checks: readonly Check[] = [
  checkAddress,
  checkDiscovery,
  checkCertificate,
  checkProxy,
  checkFolder,
  checkDatabase,
  checkIntegrity,
  checkKeys,
  checkBackup,
  checkRedis,
  checkNetworks,
  checkFaceWorkers,
  checkInference,
  checkClients,
  checkMail,
  checkMachine,
]

const marks: Readonly<Record<State, string>> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', 'left out': '-   ' }

/** @returns the exit code: 1 where something must be changed. */
export async function doctor(
  args: readonly string[],
  { terminal, config, now }: DoctorDependencies = ownDependencies(),
): Promise<number> {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, issuer: { type: 'string' } },
    }),
  )
  const issuer = values.issuer?.replace(/\/$/, '') ?? config.issuer
  if (!/^https?:/.test(issuer) || !URL.canParse(issuer)) {
    throw new UsageError(`\`--issuer\` wants an address like https://id.example.com, not \`${issuer}\``)
  }
  const findings: Finding[] = []
  for (const check of checks) findings.push(...(await look(check, { ...config, issuer }, now)))
  if (values.json) terminal.print(JSON.stringify({ issuer, findings }, null, 2))
  else for (const line of findings.flatMap(linesOf)) terminal.print(line)
  const failures = findings.filter(({ state }) => state === 'fail').length
  if (!values.json)
    terminal.print(failures === 0 ? '\nNothing has to be changed.' : `\nTo be changed: ${failures}.`)
  return failures === 0 ? 0 : 1
}

function ownDependencies(): DoctorDependencies {
  return { terminal: processTerminal, config: readConfig(), now: () => new Date() }
}

/** What a check cannot look at is a finding too: the others go on. */
async function look(check: Check, config: Config, now: () => Date): Promise<readonly Finding[]> {
  try {
    return await check({ config, now, patienceMs })
  } catch (error) {
    const advice = 'Run it as the user that the provider runs as.'
    return [
      { check: check.name, state: 'fail', says: `It could not be looked at: ${reasonOf(error)}.`, advice },
    ]
  }
}

const widest = 'face workers'.length

function linesOf({ check, state, says, advice }: Finding): string[] {
  const line = `${marks[state]}  ${check.padEnd(widest)}  ${says}`
  return advice === undefined ? [line] : [line, `${' '.repeat(6 + widest + 2)}${advice}`]
}
