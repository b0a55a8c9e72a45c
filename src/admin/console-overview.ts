/** The overview: how the house is, and the sign-ins of the last day, drawn here and not in the browser. */
import type Router from '@koa/router'
import type { HourBar, ShareLine, Tile } from '../http/admin-house-pages.ts'
import type { Tone } from '../http/admin-lines.ts'
import { chainBadge, chainText } from './console-audit.ts'
import { oneIn } from './console-calibration.ts'
import { eventNames } from './console-events.ts'
import { databaseName, healthTiles } from './console-health.ts'
import { frameOf, onPage, type ConsoleDependencies } from './console-kit.ts'
import { humanise, nameAcr } from './console-words.ts'
import type { CalibrationInForce, ChainReport, KeyLine, SignInCount } from './house-services.ts'

const hourMs = 3_600_000
const dayHours = 24

export function overviewSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services, render, guards } = dependencies
  onPage(router, { path: '/admin', dependencies }, async (here) => {
    const { actor, ctx } = here
    const now = guards.clock()
    const from = new Date(now.getTime() - dayHours * hourMs)
    const [report, counts, keys, chain, calibration] = await Promise.all([
      services.health.report(actor),
      services.health.signIns(actor),
      services.keys.list(actor),
      services.audit.lastVerified(actor),
      services.calibration.inForce(actor),
    ])
    await render(ctx, 'admin-overview', {
      frame: await frameOf(dependencies, here, ''),
      tiles: [...healthTiles(report), keysTile(keys), chainTile(chain, now), calibrationTile(calibration)],
      ...signInsOf(counts, from),
      versions: [
        { name: 'Version', value: report.version },
        { name: 'Address', value: report.issuer, isCode: true },
        { name: 'Database', value: databaseName(report) },
      ],
    })
  })
}

function keysTile(keys: readonly KeyLine[]): Tile {
  const signing = keys.filter(({ state }) => state === 'signs').map(({ algorithm }) => algorithm)
  const hasNext = keys.some(({ state }) => state === 'will_sign')
  return {
    name: 'Signing keys',
    state: signing.length > 0 ? 'Sign' : 'None signs',
    tone: signing.length > 0 ? 'good' : 'bad',
    text: `${signing.join(' and ')}${hasNext ? '; the next are shown already' : ''}`,
    url: '/admin/keys',
  }
}

function chainTile(report: ChainReport | undefined, now: Date): Tile {
  const { text: state, tone } = chainBadge(report)
  const text = report === undefined ? 'Nobody has checked it since the start.' : chainText(report, now)
  return { name: 'Audit trail', state, tone, text, url: '/admin/audit' }
}

function calibrationTile({ operatingPoint, presentationAttacks }: CalibrationInForce): Tile {
  const isWhole = presentationAttacks !== undefined
  return {
    name: 'Face matching',
    state: isWhole ? 'In force' : 'Without attack check',
    tone: isWhole ? 'good' : 'warn',
    text: `${oneIn(operatingPoint.measuredFmrUpper)} strangers passes, at most`,
    url: '/admin/calibration',
  }
}

function signInsOf(counts: readonly SignInCount[], from: Date) {
  const accepted = counts.filter(isAccepted)
  const refused = counts.filter((each) => !isAccepted(each))
  return {
    total: sum(counts),
    accepted: sum(accepted),
    refused: sum(refused),
    hours: barsOf(counts, from),
    outcomes: sharesOf(counts, ({ type }) => type).map(({ key, ...line }) => ({
      ...line,
      name: eventNames[key] ?? humanise(key),
      tone: key === 'signed_in' ? ('good' as const) : ('bad' as const),
    })),
    acrs: sharesOf(accepted, ({ acr }) => acr ?? '').map(({ key, ...line }) => ({
      ...line,
      name: nameAcr(key) || 'Not known',
      tone: 'good' as const,
    })),
  }
}

function isAccepted({ type }: SignInCount): boolean {
  return type === 'signed_in'
}

function sum(counts: readonly SignInCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0)
}

function sharesOf(
  counts: readonly SignInCount[],
  keyOf: (each: SignInCount) => string,
): (Pick<ShareLine, 'count' | 'percent'> & { readonly key: string; readonly tone?: Tone })[] {
  const totals = new Map<string, number>()
  for (const each of counts) totals.set(keyOf(each), (totals.get(keyOf(each)) ?? 0) + each.count)
  const most = Math.max(1, ...totals.values())
  return [...totals]
    .sort(([, one], [, other]) => other - one)
    .map(([key, count]) => ({ key, count, percent: Math.max(1, Math.round((count / most) * 100)) }))
}

/** In a drawing of 240 × 100: a slot of 10 for each hour, bars of 8, a foot of 1 that always shows. */
function barsOf(counts: readonly SignInCount[], from: Date): HourBar[] {
  const hours = Array.from({ length: dayHours }, (_, hour) => {
    const here = counts.filter((each) => each.hour === hour)
    const accepted = sum(here.filter(isAccepted))
    return { accepted, refused: sum(here) - accepted, hour }
  })
  const most = Math.max(1, ...hours.map(({ accepted, refused }) => accepted + refused))
  const heightOf = (count: number): number => (count === 0 ? 0 : Math.max(1, Math.round((count / most) * 96)))
  return hours.map(({ accepted, refused, hour }) => ({
    x: hour * 10 + 1,
    acceptedY: 99 - heightOf(accepted),
    acceptedHeight: heightOf(accepted),
    refusedY: 99 - heightOf(accepted) - heightOf(refused),
    refusedHeight: heightOf(refused),
    from: new Date(from.getTime() + hour * hourMs).toISOString(),
    accepted,
    refused,
  }))
}
