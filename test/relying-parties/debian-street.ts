/** A street of apps that come with Debian: what this machine cannot have is skipped by name, and whatever runs ends with its test. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canBrowse } from '../browser/chromium.ts'
import { there } from '../flows/house.ts'
import { planApp, type App, type AppWish, type Running } from './apps.ts'
import { installFromDebian } from './install.ts'
import { openStreet, type Street } from './street.ts'

export interface DebianApp extends AppWish {
  readonly packages: readonly string[]
  /** A file that the last of the packages brings. */
  readonly proof: string
}

export interface DebianStreet {
  readonly street: () => Street
  readonly issuer: () => string
  /** For what the apps keep; servers that give root up may read it too. */
  readonly folder: () => string
  /** Skips the test by name where the app could not be installed. */
  readonly take: (test: Mocha.Context, name: string) => App
  /** Stops it when the test is over; a test that failed shows what it has written. */
  readonly keep: <T extends Running>(running: T) => T
}

/** Registers, in the suite that it is called in, what opens the street and closes it. */
export function openDebianStreet(
  wanted: readonly DebianApp[],
  settings: Readonly<Record<string, string>> = {},
): DebianStreet {
  let street: Street | undefined
  let folder = ''
  const apps = new Map<string, App>()
  const absent = new Map<string, string>()
  const running: Running[] = []

  before(async function () {
    this.timeout(300_000)
    if (!canBrowse) this.skip()
    for (const { name, packages, proof } of wanted) {
      const reason = await installFromDebian(packages, proof)
      if (reason !== undefined) absent.set(name, reason)
    }
    if (absent.size === wanted.length) this.skip()
    folder = await mkdtemp(join(tmpdir(), 'mien-debian-'))
    await chmod(folder, 0o755)
    const planned = await Promise.all(wanted.map(planApp))
    for (const app of planned) apps.set(app.name, app)
    street = await openStreet(planned, settings)
  })
  afterEach(async function () {
    if (this.currentTest?.isFailed()) console.log(running.map((each) => each.said()).join(''))
    for (const server of running.splice(0)) await server.stop()
  })
  after(async () => {
    await street?.close()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })

  return {
    street: () => there(street),
    issuer: () => there(street).house.origin,
    folder: () => folder,
    take: (test, name) => {
      const reason = absent.get(name)
      if (reason !== undefined) {
        console.log(`    skipped: ${reason}`)
        test.skip()
      }
      return there(apps.get(name))
    },
    keep: (server) => {
      running.push(server)
      return server
    },
  }
}
