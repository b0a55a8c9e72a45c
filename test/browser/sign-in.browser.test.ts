import { assert } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startDemo } from '../../examples/demo-relying-party/server.ts'
import { freePort, startHouse, type House } from '../flows/house.ts'
import { createRelyingParty } from '../flows/relying-party.ts'
import { people, type Person } from '../media.ts'
import {
  cameraFile,
  canBrowse,
  darkFile,
  emptyRoomFile,
  screenshot,
  twoFacesFile,
  withBrowser,
} from './chromium.ts'
import { enrol, fillInRegistration, goToCamera, password, signIn } from './people.ts'

const emailOf = (person: Person): string => `${person}@example.com`
const anotherThan = (person: Person): Person => people[(people.indexOf(person) + 3) % people.length] ?? 'd0'

describe('In a real browser, with a camera that plays a person’s video', function () {
  this.timeout(180_000)
  let house: House | undefined
  let demo: { close(): Promise<void> } | undefined
  let origin = ''
  let app = ''
  let folder = ''
  const times: number[] = []

  before(async function () {
    if (!canBrowse) this.skip()
    folder = await mkdtemp(join(tmpdir(), 'mien-cameras-'))
    const rpPort = await freePort()
    house = await startHouse({ rpPort })
    origin = house.origin
    app = `http://localhost:${rpPort}`
    demo = await startDemo({ issuer: origin, port: rpPort, clientId: 'demo', baseUrl: app })
  })
  after(async () => {
    await demo?.close()
    await house?.close()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
    if (times.length === 0) return
    const sorted = times.toSorted((one, other) => one - other)
    console.log(
      `    from “Start camera” to the app’s page: median ${sorted[Math.floor(sorted.length / 2)] ?? 0} ms`,
    )
  })

  /** A browser with that camera, on the camera page of a sign-in as `email`. */
  const atCamera = async <T>(camera: string, email: string, story: (page: Page) => Promise<T>): Promise<T> =>
    withBrowser(camera, async (page) => {
      await goToCamera(page, app, email)
      return story(page)
    })

  for (const person of people) {
    it(`${person} creates an account with the first half of the video and signs in to the app with the second`, async () => {
      await withBrowser(await cameraFile(folder, person, 'first'), async (page) => {
        await fillInRegistration(page, { origin }, emailOf(person))
        await enrol(page)
        assert.include(await page.getByRole('main').innerText(), 'Enrolled')
        if (person === 'd12') await screenshot(page, 'account-enrolled')
      })
      await withBrowser(await cameraFile(folder, person, 'second'), async (page) => {
        const { claims, milliseconds } = await signIn(page, app, emailOf(person))
        assert.equal(claims['iss'], origin)
        assert.equal(claims['acr'], 'urn:mien:acr:face')
        assert.equal(claims['amr'], '["face"]')
        times.push(milliseconds)
      })
    })

    it(`somebody else in front of the camera does not sign in as ${person}`, async () => {
      await atCamera(
        await cameraFile(folder, anotherThan(person), 'second'),
        emailOf(person),
        async (page) => {
          await page.getByRole('button', { name: 'Start camera', exact: true }).click()
          await page.getByText('That did not work').first().waitFor({ timeout: 30_000 })
          assert.match(page.url(), /\/interaction\//)
          await page.getByRole('link', { name: 'Use password instead' }).waitFor()
        },
      )
    })
  }

  const hints: readonly {
    readonly what: string
    readonly camera: () => Promise<string>
    readonly says: string
  }[] = [
    { what: 'Two faces', camera: () => twoFacesFile(folder, 'd10', 'd14'), says: 'Only one face' },
    { what: 'A dark picture', camera: () => darkFile(folder, 'd10'), says: 'More light' },
    { what: 'An empty room', camera: () => emptyRoomFile(folder), says: 'Bring your face into the oval' },
  ]
  for (const { what, camera, says } of hints) {
    it(`${what} before the camera gives its hint: “${says}”`, async () => {
      await atCamera(await camera(), emailOf('d10'), async (page) => {
        await page.getByRole('button', { name: 'Start camera', exact: true }).click()
        await page.getByText(says).first().waitFor({ timeout: 20_000 })
      })
    })
  }

  it('whoever cannot use the camera signs in with the password', async () => {
    await atCamera(await emptyRoomFile(folder), emailOf('d12'), async (page) => {
      await page.getByRole('link', { name: 'Use password instead' }).click()
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      const allow = page.getByRole('button', { name: 'Allow', exact: true })
      const claims = page.getByRole('table', { name: 'Claims of the ID token' })
      await allow.or(claims).first().waitFor()
      if (await allow.isVisible()) await allow.click()
      assert.include(await claims.innerText(), 'urn:mien:acr:password')
    })
  })

  it('a second person at the same computer takes over from the first, and each app gets its own', async () => {
    await withBrowser(undefined, async (page) => {
      const party = await createRelyingParty(origin, `${app}/callback`)
      for (const person of ['d10', 'd6'] as const) {
        const request = await party.begin({ prompt: 'login consent' })
        await page.goto(request.url.href)
        await page.getByLabel('Email').fill(emailOf(person))
        await page.getByRole('button', { name: 'Continue', exact: true }).click()
        await page.getByRole('link', { name: 'Use password instead' }).click()
        await page.getByLabel('Password', { exact: true }).fill(password)
        await page.getByRole('button', { name: 'Continue', exact: true }).click()
        await page.getByText(emailOf(person)).waitFor()
        // The app at that address knows nothing of this request and leaves the code alone.
        const callback = page.waitForRequest(/\/callback\?/)
        await page.getByRole('button', { name: 'Allow', exact: true }).click()
        const tokens = await party.finish(request, new URL((await callback).url()))
        assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:password')
      }
    })
  })

  it('a person deletes the face, and signs out', async () => {
    await withBrowser(await cameraFile(folder, 'd18', 'second'), async (page) => {
      await page.goto(origin)
      await page.getByRole('link', { name: 'Sign in with face' }).click()
      await page.getByLabel('Email').fill(emailOf('d18'))
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      await page.getByRole('button', { name: 'Start camera', exact: true }).click()
      await page.getByRole('heading', { name: 'Your account' }).waitFor({ timeout: 30_000 })
      await page.getByText('Delete my face').first().click()
      await page.getByRole('button', { name: 'Yes, delete my face' }).click()
      await page.getByText('No face enrolled').waitFor()
      await page.getByRole('button', { name: 'Sign out', exact: true }).click()
      await page.getByRole('link', { name: 'Sign in with face' }).waitFor()
      await page.goto(`${origin}/account`)
      await page.getByLabel('Email').waitFor()
    })
  })
})
