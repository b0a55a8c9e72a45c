/** How the house is: its workers, its database, and what waits to be sent; as tiles of the overview and as a page. */
import type Router from '@koa/router'
import type { Badge } from '../http/admin-lines.ts'
import type { Tile } from '../http/admin-house-pages.ts'
import { frameOf, onPage, type ConsoleDependencies } from './console-kit.ts'
import { ageOf, countOf, several } from './console-words.ts'
import type { HealthReport, QueueReport } from './house-services.ts'

const queueNames: Readonly<Record<QueueReport['name'], string>> = {
  mails: 'Mail',
  logout_deliveries: 'Sign-outs to apps',
  webhook: 'Webhook',
}

const queueWords: Readonly<Record<QueueReport['name'], string>> = {
  mails: 'Tried again for hours; the sender sees them under “Mail waiting”.',
  logout_deliveries: 'Apps that could not be told yet that somebody signed out.',
  webhook: 'Events that the address of the webhook has not taken yet.',
}

/** What waits longer is late. */
const lateMs = 10 * 60_000

export function healthSection(router: Router, dependencies: ConsoleDependencies): void {
  onPage(router, { path: '/admin/workers', dependencies }, async (here) => {
    const report = await dependencies.services.health.report(here.actor)
    await dependencies.render(here.ctx, 'admin-workers', {
      frame: await frameOf(dependencies, here, 'workers'),
      tiles: [workersTile(report), databaseTile(report)],
      places: report.faceWorkers.places,
      queues: report.queues.map((queue) => ({
        name: queueNames[queue.name],
        waiting: queue.waiting,
        state: queueBadge(queue, report.at),
        oldestAt: queue.oldestAt?.toISOString(),
        more: queueWords[queue.name],
      })),
      facts: [
        { name: 'Wanted', value: countOf(report.faceWorkers.wanted) },
        { name: 'Version', value: report.version },
        { name: 'Address', value: report.issuer, isCode: true },
      ],
    })
  })
}

export function healthTiles(report: HealthReport): Tile[] {
  return [
    workersTile(report),
    databaseTile(report),
    ...report.queues.map((queue) => queueTile(queue, report.at)),
  ]
}

export function databaseName({ database }: HealthReport): string {
  return database.kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'
}

function workersTile({ faceWorkers }: HealthReport): Tile {
  const { wanted, areReady, places } = faceWorkers
  return {
    name: 'Face workers',
    state: areReady ? 'Ready' : 'Not ready',
    tone: areReady ? 'good' : 'bad',
    text: places.length === 0 ? `${several(wanted, 'worker')} here` : places.join(', '),
    url: '/admin/workers',
  }
}

function databaseTile(report: HealthReport): Tile {
  const { isReachable } = report.database
  return {
    name: 'Database',
    state: isReachable ? 'Answers' : 'Silent',
    tone: isReachable ? 'good' : 'bad',
    text: databaseName(report),
    url: '/admin/workers',
  }
}

function queueTile(queue: QueueReport, now: Date): Tile {
  const { text, tone } = queueBadge(queue, now)
  const { name, waiting, oldestAt } = queue
  return {
    name: queueNames[name],
    state: text,
    tone,
    text:
      oldestAt === undefined
        ? 'Nothing waits'
        : `${several(waiting, 'waits', 'wait')}, the oldest for ${ageOf(oldestAt, now)}`,
    url: name === 'mails' ? '/admin/outbox' : '/admin/workers',
  }
}

function queueBadge({ waiting, failing, oldestAt }: QueueReport, now: Date): Badge {
  if (failing > 0) return { text: `${countOf(failing)} failing`, tone: 'bad' }
  if (waiting === 0 || oldestAt === undefined) return { text: 'All sent', tone: 'good' }
  const isLate = !(now.getTime() - oldestAt.getTime() < lateMs)
  return isLate ? { text: 'Late', tone: 'warn' } : { text: 'On its way', tone: 'good' }
}
