/** `mien docs`: writes docs/configuration.md and .env.example from the schema of the settings and copies tested code into the recipes and the table of metrics into docs/monitoring.md, or tells that they have drifted. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { schema, secretSettings } from '../config.ts'
import { metricsAsTable } from '../telemetry/metric-list.ts'
import { recipes } from './recipes.ts'
import { processTerminal, readArguments } from './terminal.ts'
import type { Terminal } from './terminal.ts'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

interface Setting {
  readonly name: string
  readonly meaning: string
  readonly values: string
  /** As one would write it; absent where there is none. */
  readonly byDefault: string | undefined
  readonly isSecret: boolean
}

const described = z.object({
  description: z.string(),
  type: z.string().optional(),
  format: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  pattern: z.string().optional(),
})

/** Every setting as the documents tell it; one without a description is a bug of the schema. */
export function listSettings(): readonly Setting[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const secrets = new Set<string>(secretSettings)
  return Object.entries(schema.shape).map(([name, field]) => {
    const property = described.parse(properties[name])
    const empty = field.safeParse(undefined)
    return {
      name,
      meaning: property.description,
      values: valuesOf(property),
      byDefault: empty.success ? written(empty.data) : undefined,
      isSecret: secrets.has(name),
    }
  })
}

function valuesOf({
  enum: choices,
  type,
  format,
  minimum,
  maximum,
  pattern,
}: z.infer<typeof described>): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (minimum !== undefined && maximum !== undefined) {
    return `${type === 'integer' ? 'whole number' : 'number'}, ${minimum} to ${maximum}`
  }
  if (format === 'uri') return 'http or https address'
  return pattern === undefined ? 'text' : `text like \`${pattern}\``
}

function written(value: string | number | boolean | undefined): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === undefined ? undefined : String(value)
}

function configurationPage(settings: readonly Setting[]): string {
  const sections = settings.map(({ name, meaning, values, byDefault, isSecret }) =>
    [
      `## ${name}`,
      '',
      meaning,
      '',
      `- Values: ${values}`,
      `- Default: ${byDefault === undefined ? 'none' : `\`${byDefault}\``}`,
      ...(isSecret ? [`- A secret: may also be given as a file, \`${name}_FILE\``] : []),
      '',
    ].join('\n'),
  )
  const head = [
    '# Configuration',
    '',
    'Every setting is an environment variable; a file `.env` in the working folder is read too, and the environment wins over it.',
    'An empty value counts as not given. A fault in any of them, a misspelt name included, stops the start with a list of all faults.',
    '',
    'This page is written from `src/config.ts` by `npm run docs`.',
    '',
  ].join('\n')
  return `${head}\n${sections.join('\n')}`
}

function environmentExample(settings: readonly Setting[]): string {
  const head = [
    '# Copy to `.env` and uncomment what should differ. Written from src/config.ts by `npm run docs`.',
    '',
  ]
  const entries = settings.flatMap(({ name, meaning, values, byDefault }) => [
    `# ${meaning}`,
    `# Values: ${values}`,
    `#${name}=${byDefault ?? ''}`,
    '',
  ])
  return [...head, ...entries].join('\n')
}

function pages(root: string): readonly { readonly path: string; readonly text: string }[] {
  const settings = listSettings()
  return [
    { path: join('docs', 'configuration.md'), text: configurationPage(settings) },
    { path: '.env.example', text: environmentExample(settings) },
    ...recipes(root),
    monitoringPage(root),
  ]
}

const metricsBegin = '<!-- Written from src/telemetry/metric-table.ts by `npm run docs`. -->'
const metricsEnd = '<!-- End of what is written by `npm run docs`. -->'

/** The page is written by hand but for its table of metrics. */
function monitoringPage(root: string): { readonly path: string; readonly text: string } {
  const path = join('docs', 'monitoring.md')
  const file = join(root, path)
  const [before = '', , after = ''] = (existsSync(file) ? readFileSync(file, 'utf8') : '').split(
    /(<!-- Written from src\/telemetry[\s\S]*?<!-- End of what is written[^>]*-->)/,
  )
  return { path, text: [before, metricsBegin, '\n\n', metricsAsTable(), '\n\n', metricsEnd, after].join('') }
}

/** @returns the exit code: 1 where `--check` finds a page that is not what the schema, or the tested code, says. */
export function docs(
  args: readonly string[],
  root: string = projectRoot,
  terminal: Terminal = processTerminal,
): number {
  const { values } = readArguments(() =>
    parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } }),
  )
  const stale = pages(root).filter(({ path, text }) => {
    const file = join(root, path)
    return !existsSync(file) || readFileSync(file, 'utf8') !== text
  })
  if (values.check) {
    for (const { path } of stale) terminal.warn(`${path} is not what its source says; run \`npm run docs\``)
    return stale.length === 0 ? 0 : 1
  }
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    terminal.print(`${path}: written`)
  }
  return 0
}
