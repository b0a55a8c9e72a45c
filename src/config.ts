/** Every setting, once: its name, meaning, default and check. The only reader of `process.env`. */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { controlProblems, controlSettings, toControlConfig, type ControlConfig } from './config-control.ts'
import * as protocol from './config-protocol.ts'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const wholeUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/[?#]/.test(url), 'has a query or a fragment')

const faceAcr = 'urn:mien:acr:face(-device|-passkey)?'
const flashPolicy = new RegExp(`^(on|off|${faceAcr}([ ,]+${faceAcr})*)$`)
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
  MIEN_IMAGE_ADAPTER: z
    .enum(['auto', 'opencv', 'sharp'])
    .default('auto')
    .describe(
      'What decodes and cuts pictures; every network runs on onnxruntime. `auto` takes OpenCV where its binding is built (`npm run setup:opencv`), else sharp.',
    ),
  MIEN_FACE_WORKERS: whole(0, 256)
    .default(0)
    .describe('Processes that look at frames; 0 means one per core.'),
  MIEN_TARGET_FMR: z.coerce
    .number()
    .min(1e-6)
    .max(1e-2)
    .default(1e-4)
    .describe(
      'The false match rate wanted per attempt. The threshold is the one measured for it; a rate the calibration cannot support is refused at start.',
    ),
  MIEN_CALIBRATION_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A calibration on your own pictures, written by `mien calibrate --out`. One that was made with another network is refused at start. Default: the one that ships with the recogniser (`docs/error-rates.md`).',
    ),
  MIEN_CAPTURE_SECONDS: whole(60, 90)
    .default(75)
    .describe('How long one capture challenge lives, by the server’s clock.'),
  MIEN_FACE_ALONE: flag
    .optional()
    .describe(
      'Whether a face alone signs in (`on` or `off`). With `off`, a device without a trusted key asks for the password once. Default: `off`, but `on` where the issuer is at localhost, for trying out.',
    ),
  MIEN_CHALLENGE: z
    .enum(['turns', 'look'])
    .default('turns')
    .describe(
      'What a face sign-in asks for: `turns` random turns of the head, which take about eight seconds, or one steady `look`, which any photograph can give.',
    ),
  MIEN_COLOUR_FLASH: z
    .string()
    .regex(flashPolicy, 'is neither `on`, `off` nor a list of `acr` values of a face')
    .default('off')
    .describe(
      'Whether a face sign-in shows soft changing colours on the screen, and wants the face to answer them: `off`, `on`, or the `acr` values that are reached with them alone, with spaces or commas between (`urn:mien:acr:face-device`). People may refuse them, and then prove themselves by something else as well. Patents exist on some ways of doing this: weigh them before you switch it on.',
    ),
  MIEN_TEMPLATE_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'is not 32 bytes in base64url')
    .optional()
    .describe(
      'The key-encryption key of the templates, 32 bytes in base64url. Default: made at the first start and kept in the data folder with mode 0600.',
    ),
  MIEN_SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'The server that sends mails, like `smtps://user:password@mail.example.com`. With `smtp:` it must offer STARTTLS, unless it is at localhost or the address ends in `?ignoreTLS=true`. Default: none, and mails are written into `outbox` in the data folder.',
    ),
  MIEN_MAIL_FROM: z
    .string()
    .max(254)
    .regex(
      /^([^\p{C}<>@",;:]+ <[^\p{C}\s<>@",;:]+@[^\p{C}\s<>@",;:]+>|[^\p{C}\s<>@",;:]+@[^\p{C}\s<>@",;:]+)$/u,
      'is neither `name@example.com` nor `Name <name@example.com>`',
    )
    .optional()
    .describe('The sender of mails. Default: `Mien <no-reply@…>` at the host of the issuer.'),
  MIEN_EMAIL_CODE: flag
    .optional()
    .describe(
      'Whether a code by mail signs in (`on` or `off`), where the address was confirmed; the lowest level, `urn:mien:acr:email`. Default: `on` where `MIEN_SMTP_URL` is set or the issuer is at localhost, else `off`.',
    ),
  ...controlSettings,
  ...protocol.settings,
  MIEN_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged.'),
})

/** Settings that hold a secret may also be given as a file: `MIEN_…_FILE`. */
export const secretSettings = [
  'MIEN_TEMPLATE_KEY',
  ...protocol.secrets,
  'MIEN_SMTP_URL',
  'MIEN_EVENTS_WEBHOOK_SECRET',
] as const satisfies readonly (keyof typeof schema.shape)[]

export interface Config extends ControlConfig, protocol.ProtocolConfig {
  readonly issuer: string
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly modelsDir: string | undefined
  readonly clientsFile: string
  readonly demo: boolean
  readonly demoPort: number
  readonly imageAdapter: 'auto' | 'opencv' | 'sharp'
  readonly faceWorkers: number
  readonly targetFmr: number
  /** Absolute. */
  readonly calibrationFile: string | undefined
  readonly captureSeconds: number
  readonly faceAlone: boolean
  readonly challenge: 'turns' | 'look'
  readonly colourFlash: 'off' | 'on' | readonly string[]
  readonly templateKey: string | undefined
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly emailCode: boolean
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
  if (parsed.success) problems.push(...protocol.findProblems(parsed.data), ...controlProblems(parsed.data))
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return toConfig(parsed.data)
}

function readSecretFile(name: string, path: string, problems: string[]): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    problems.push(`${name}: the file ${path} cannot be read`)
    return ''
  }
}

function toFlashPolicy(value: string): Config['colourFlash'] {
  return value === 'on' || value === 'off' ? value : value.split(/[ ,]+/)
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
    imageAdapter: settings.MIEN_IMAGE_ADAPTER,
    faceWorkers: settings.MIEN_FACE_WORKERS === 0 ? availableParallelism() : settings.MIEN_FACE_WORKERS,
    targetFmr: settings.MIEN_TARGET_FMR,
    calibrationFile:
      settings.MIEN_CALIBRATION_FILE === undefined ? undefined : resolve(settings.MIEN_CALIBRATION_FILE),
    captureSeconds: settings.MIEN_CAPTURE_SECONDS,
    faceAlone: settings.MIEN_FACE_ALONE ?? isTrial,
    challenge: settings.MIEN_CHALLENGE,
    colourFlash: toFlashPolicy(settings.MIEN_COLOUR_FLASH),
    templateKey: settings.MIEN_TEMPLATE_KEY,
    smtpUrl: settings.MIEN_SMTP_URL,
    mailFrom: settings.MIEN_MAIL_FROM ?? `Mien <no-reply@${new URL(settings.MIEN_ISSUER).hostname}>`,
    emailCode: settings.MIEN_EMAIL_CODE ?? (isTrial || settings.MIEN_SMTP_URL !== undefined),
    logLevel: settings.MIEN_LOG_LEVEL,
    ...toControlConfig(settings),
    ...protocol.toConfig(settings),
  }
}
