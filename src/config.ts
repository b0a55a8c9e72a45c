/** Every setting, once: its name, meaning, default and check. The only reader of `process.env`. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { controlProblems, controlSettings, toControlConfig, type ControlConfig } from './config-control.ts'
import * as face from './config-face.ts'
import * as remoteFace from './config-face-remote.ts'
import * as mail from './config-mail.ts'
import * as operations from './config-operations.ts'
import * as protocol from './config-protocol.ts'
import * as scale from './config-scale.ts'
import * as telemetry from './config-telemetry.ts'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const wholeUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/[?#]/.test(url), 'has a query or a fragment')

/** Names are those of the environment; `docs/configuration.md` and `.env.example` are written from this. */
export const schema = z.object({
  MIEN_ISSUER: wholeUrl
    .default('http://localhost:3000')
    .describe(
      'The address by which browsers and apps know this provider; the `iss` of every token. Browsers give the camera to HTTPS and localhost alone.',
    ),
  MIEN_HOST: z.string().min(1).default('localhost').describe('The address to listen on.'),
  MIEN_PORT: whole(0, 65535).default(3000).describe('The port to listen on.'),
  MIEN_DATA_DIR: z
    .string()
    .min(1)
    .default('data')
    .describe('The one folder of all state: database, keys, clients.'),
  MIEN_MODELS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('A folder with model files, looked in before `models/` and `../shared/models`.'),
  MIEN_CLIENTS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('The relying parties. Default: `clients.yaml` in the data folder, written at the first start.'),
  MIEN_DEMO: flag
    .default(true)
    .describe('Whether `npm start` also serves the demo relying party (`on` or `off`).'),
  MIEN_DEMO_PORT: whole(0, 65535).default(3001).describe('The port of the demo relying party.'),
  ...face.settings,
  ...remoteFace.settings,
  MIEN_TEMPLATE_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'is not 32 bytes in base64url')
    .optional()
    .describe(
      'The key-encryption key of the templates, 32 bytes in base64url. Default: made at the first start and kept in the data folder with mode 0600.',
    ),
  ...mail.settings,
  ...controlSettings,
  ...protocol.settings,
  ...operations.settings,
  ...scale.settings,
  ...telemetry.settings,
  MIEN_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged.'),
})

/** Settings that hold a secret may also be given as a file: `MIEN_…_FILE`. */
export const secretSettings = [
  'MIEN_TEMPLATE_KEY',
  ...protocol.secrets,
  ...mail.secrets,
  ...scale.secrets,
  ...remoteFace.secrets,
  ...telemetry.secrets,
  'MIEN_EVENTS_WEBHOOK_SECRET',
] as const satisfies readonly (keyof typeof schema.shape)[]

export interface Config
  extends
    face.FaceConfig,
    remoteFace.RemoteFaceConfig,
    mail.MailConfig,
    ControlConfig,
    protocol.ProtocolConfig,
    operations.OperationsConfig,
    scale.ScaleConfig,
    telemetry.TelemetryConfig {
  readonly issuer: string
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly modelsDir: string | undefined
  readonly clientsFile: string
  readonly demo: boolean
  readonly demoPort: number
  readonly templateKey: string | undefined
  readonly logLevel: string
}

export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The settings have ${problems.length === 1 ? 'a fault' : `${problems.length} faults`}:\n${problems.map((each) => `  - ${each}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Named like settings, but read by tests alone. */
const testNames: ReadonlySet<string> = new Set(['MIEN_FACES_DIR'])

type Environment = Readonly<Record<string, string | undefined>>

/** Reads `.env` of the working folder below the real environment, which wins. */
export function readEnvironment(folder: string = process.cwd()): Environment {
  const file = resolve(folder, '.env')
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env }
}

/**
 * Checks all settings at once.
 * @throws {ConfigError} naming every fault, misspelt `MIEN_…` names among them.
 */
export function readConfig(environment: Environment = readEnvironment()): Config {
  const problems: string[] = []
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('MIEN_') || testNames.has(name) || value === undefined || value === '') continue
    const secret = secretSettings.find((each) => name === `${each}_FILE`)
    if (secret !== undefined) given[secret] = readSecretFile(name, value, problems)
    else if (name in schema.shape) given[name] = value
    else problems.push(`${name} is not a setting; docs/configuration.md lists them`)
  }
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`)
  }
  if (parsed.success) problems.push(...findProblems(parsed.data))
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return toConfig(parsed.data)
}

/** What the settings say of each other. */
function findProblems(settings: z.infer<typeof schema>): readonly string[] {
  return [
    ...remoteFace.findProblems(settings),
    ...protocol.findProblems(settings),
    ...controlProblems(settings),
    ...scale.findProblems(settings),
    ...telemetry.findProblems(settings),
  ]
}

function readSecretFile(name: string, path: string, problems: string[]): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    problems.push(`${name}: the file ${path} cannot be read`)
    return ''
  }
}

function toConfig(settings: z.infer<typeof schema>): Config {
  const dataDir = resolve(settings.MIEN_DATA_DIR)
  // Nobody else can reach a provider at localhost: it is there to be tried out.
  const isTrial = new URL(settings.MIEN_ISSUER).hostname === 'localhost'
  return {
    issuer: settings.MIEN_ISSUER.replace(/\/$/, ''),
    host: settings.MIEN_HOST,
    port: settings.MIEN_PORT,
    dataDir,
    modelsDir: settings.MIEN_MODELS_DIR === undefined ? undefined : resolve(settings.MIEN_MODELS_DIR),
    clientsFile: resolve(settings.MIEN_CLIENTS_FILE ?? `${dataDir}/clients.yaml`),
    demo: settings.MIEN_DEMO,
    demoPort: settings.MIEN_DEMO_PORT,
    templateKey: settings.MIEN_TEMPLATE_KEY,
    logLevel: settings.MIEN_LOG_LEVEL,
    ...face.toConfig(settings, isTrial),
    ...remoteFace.toConfig(settings),
    ...mail.toConfig(settings, { issuer: settings.MIEN_ISSUER, isTrial }),
    ...toControlConfig(settings),
    ...protocol.toConfig(settings),
    ...operations.toConfig(settings),
    ...scale.toConfig(settings),
    ...telemetry.toConfig(settings),
  }
}
