/** docs/scaling.md from the figures of docs/growth.json and docs/benchmarks.json, byte for byte the same from the same figures. */
import { z } from 'zod'
import type { Report } from '../report.ts'
import { rowsPerSubject } from './fill.ts'

const measured = z.object({
  subjects: z.number(),
  fillSeconds: z.number(),
  bytesPerSubject: z.number(),
  bytesPerSignIn: z.number(),
  rounds: z.number(),
  empty: z.number(),
  large: z.number(),
  ratio: z.number(),
  ratioLow: z.number(),
  ratioHigh: z.number(),
  perSecond: z.number(),
})

export const growth = z.object({
  command: z.string(),
  date: z.iso.datetime(),
  commit: z.string(),
  isCommitted: z.boolean(),
  machine: z.object({
    processor: z.string(),
    cores: z.number(),
    memoryGb: z.number(),
    system: z.string(),
    node: z.string(),
    onnxruntime: z.string(),
    opencv: z.string(),
    load: z.number(),
  }),
  postgres: measured,
  sqlite: measured,
  digest: z.string(),
})
export type Growth = z.infer<typeof growth>

/** Frames that a challenge with turns of the head shows (docs/benchmarks.md), the middle of them. */
const framesWithTurns = 19
const framesOfLook = 3
/** Of a whole sign-in on a large database over one on an empty database. */
const mostRatio = 1.1
const wanted = { subjects: 1_000_000, signInsPerSecond: 100 } as const

export function toScaling(report: Growth, benchmarks: Report): string {
  const face = faceCosts(benchmarks)
  return `${[...head(report), ...costs(face), ...database(report, face), ...needs(report, face), ...limits].join('\n')}\n`
}

interface FaceCosts {
  readonly serverMs: number
  readonly lookMs: number
  readonly turnsMs: number
}

function faceCosts({ sections }: Report): FaceCosts {
  const figures = sections.flatMap((section) => section.figures)
  const medianOf = (label: string): number => {
    const found = figures.find((each) => each.label === label)
    if (found === undefined) throw new RangeError(`docs/benchmarks.json has no figure “${label}”`)
    return found.median
  }
  const lookMs = medianOf('opencv: workers, one sign-in')
  return {
    serverMs: medianOf('opencv: server, one sign-in'),
    lookMs,
    turnsMs: (lookMs / framesOfLook) * framesWithTurns,
  }
}

function head({ command, date, commit, isCommitted, machine, digest }: Growth): readonly string[] {
  return [
    '# Scaling',
    '',
    `What a sign-in costs, what a subject takes, and what ${count(wanted.subjects)} subjects and ${wanted.signInsPerSecond} sign-ins a second need. Written by \`${command}\` from \`docs/growth.json\` and \`docs/benchmarks.json\`; do not edit. Ratios compare what took turns within one run; times belong to this machine, which had other work too where its load says so.`,
    '',
    `- **Machine**: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB; ${machine.system}; Node ${machine.node}; load average ${machine.load}`,
    `- **Date**: ${date}`,
    `- **Commit**: ${commit}${isCommitted ? '' : ', with changes that were not committed'}`,
    `- **Digest of the figures**: ${digest}`,
  ]
}

function costs({ serverMs, lookMs, turnsMs }: FaceCosts): readonly string[] {
  return [
    '',
    '## What a sign-in by face costs',
    '',
    'Processor time, of which a core gives 1000 ms a second. The networks run in face workers, wherever those are; everything else runs in the server.',
    '',
    '| challenge | face workers | server | sign-ins a second and core |',
    '| --- | --- | --- | --- |',
    ...[
      { name: `one look (${framesOfLook} frames)`, ms: lookMs },
      { name: `turns of the head (about ${framesWithTurns} frames)`, ms: turnsMs },
    ].map(
      ({ name, ms }) =>
        `| ${name} | ${ms.toFixed()} ms | ${serverMs.toFixed()} ms | ${(1000 / (ms + serverMs)).toFixed(1)} |`,
    ),
    '',
    'The row of turns is that of one look times the frames; that of one look is measured (“Full sign-ins” in `docs/benchmarks.md`, OpenCV).',
  ]
}

function database({ postgres, sqlite }: Growth, { serverMs, lookMs }: FaceCosts): readonly string[] {
  const whole = ({ empty, large }: Growth['sqlite']): number => 1 + (large - empty) / (serverMs + lookMs)
  const rows = (
    [
      ['PostgreSQL', postgres],
      ['SQLite', sqlite],
    ] as const
  ).map(
    ([name, each]) =>
      `| ${name} | ${count(each.subjects)} | ${each.empty.toFixed(1)} ms | ${each.large.toFixed(1)} ms | **${each.ratio.toFixed(3)}** (${each.ratioLow.toFixed(2)} to ${each.ratioHigh.toFixed(2)}) | ${whole(each).toFixed(3)}, ${whole(each) <= mostRatio ? 'met' : '**missed**'} | ${each.perSecond.toFixed()} |`,
  )
  return [
    '',
    '## What the database is asked',
    '',
    `All statements of a sign-in by face, about 130 of them with those that begin and end its transactions, on a database with nobody in it and on one with ${count(postgres.subjects)} generated subjects, in turns within one run (${postgres.rounds} rounds). The ratio is the median of the rounds, with the middle half of them in brackets. “Whole” is what the difference makes of a whole sign-in with one look, whose processor time stands above: at most ${mostRatio.toFixed(2)} is wanted. What the statements alone differ by is the depth of larger indexes and the pages that no cache holds: on SQLite some 35 reads a sign-in, where an empty database needs eight. The last column is how many such sign-ins a second the large one took, twenty side by side, on the cores that the one who asks runs on too.`,
    '',
    '| engine | subjects | empty | large | ratio | whole | a second |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'Every one of these statements finds its rows by an index: `test/flows/growth.test.ts` has people register and sign in at a house on PostgreSQL with 30,000 subjects, and `test/flows/query-plans.test.ts` at one on SQLite; both fail where a large table is read from end to end.',
    '',
    '## What it takes on disk',
    '',
    `A subject has ${rowsPerSubject} rows here: an account, five templates and their key, consent and its receipt, a trusted device and a known browser, tallies, two tries, a grant and a session, four events.`,
    '',
    '| engine | a subject | a sign-in | filled in |',
    '| --- | --- | --- | --- |',
    `| PostgreSQL | ${kilobytes(postgres.bytesPerSubject)} | ${kilobytes(postgres.bytesPerSignIn)} | ${postgres.fillSeconds.toFixed()} s |`,
    `| SQLite | ${kilobytes(sqlite.bytesPerSubject)} | ${kilobytes(sqlite.bytesPerSignIn)} | ${sqlite.fillSeconds.toFixed()} s |`,
    '',
    'Indexes are counted in. Of a sign-in a session, a grant, codes and tokens pass within hours and their room is used again; a try stays for `MIEN_ATTEMPT_DAYS`, the three events for `MIEN_AUDIT_DAYS` or for good.',
  ]
}

function needs({ postgres }: Growth, { serverMs, lookMs, turnsMs }: FaceCosts): readonly string[] {
  const rate = wanted.signInsPerSecond
  const cores = (ms: number): string => Math.ceil((rate * ms) / 1000).toString()
  const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`
  return [
    '',
    `## What ${count(wanted.subjects)} subjects and ${rate} sign-ins a second need`,
    '',
    '| part | needs | because |',
    '| --- | --- | --- |',
    `| face workers | ${cores(lookMs)} cores for one look, ${cores(turnsMs)} with turns of the head | ${rate} × the processor time above; they may be on other machines (\`docs/face-workers.md\`) |`,
    `| nodes | ${cores(serverMs)} cores, so ${Math.ceil((rate * serverMs) / 1000 / 0.6)} with two thirds of them busy at most | one process uses about one core: as many nodes as cores |`,
    `| PostgreSQL | ${gigabytes(postgres.bytesPerSubject * wanted.subjects)} for the subjects, and as much memory for its cache as the accounts in use take | measured above |`,
    `| connections | nodes × (\`MIEN_DATABASE_POOL\` + 1), within \`max_connections\` | ten a node are enough for 100 sign-ins a second on a network of its own |`,
    '| Redis | what passes: some 12 kB a visit, an hour long | takes most of the writes off the database (`MIEN_REDIS_URL`) |',
    '',
    'A face is compared with the templates of one subject, never with those of all: so the number of subjects costs room and no time.',
  ]
}

const limits: readonly string[] = [
  '',
  '## Where it ends',
  '',
  'The audit trail is one chain: events are appended one after the other, each within the transaction that it reports. Three or four events a sign-in hold its head for a few round trips each. `bench/audit-chain.ts` measured 870 events a second on PostgreSQL on the machine above, without waiting for a disk: 217 to 290 sign-ins a second, and more nodes do not make it more. A database that confirms writes slowly (another continent, a synchronous replica far away) lowers it first.',
  '',
  'SQLite has one writer and one process. It serves what one machine’s cores can look at; who wants a second node takes PostgreSQL.',
]

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} kB`
}
