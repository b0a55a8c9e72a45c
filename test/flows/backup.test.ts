import { assert } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as client from 'openid-client'
import { createAuthenticator, type SoftwareAuthenticator } from '../authenticator.ts'
import { facesDir, frames, modelsDir } from '../media.ts'
import { createPeople, type AuthenticatorApp } from './authenticator.ts'
import { visitApp } from './control-stories.ts'
import { freePort, startHouse, there, type House } from './house.ts'
import { addOn, signInOn } from './passkey.ts'
import { ownPage } from './passkey-house.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { createAccountWithFace } from './stories.ts'
import { createVisitor, streamCapture } from './visitor.ts'

const mien = fileURLToPath(new URL('../../src/cli/mien.ts', import.meta.url))
const ada = 'ada@example.com'
const second = { acr_values: 'urn:mien:acr:password-otp' }

describe('A house that is lost, and put back from the backup of when it ran', function () {
  this.timeout(180_000)
  let house: House | undefined
  let folder = ''
  let party: RelyingParty
  let phone: SoftwareAuthenticator
  let app: AuthenticatorApp
  let withApp = ''
  let token = ''
  let subBefore = ''

  const people = createPeople(() => ({ house: there(house), party }))
  const stranger = () => createVisitor(there(house).origin, [there(house).rpOrigin])

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    folder = await mkdtemp(join(tmpdir(), 'mien-lost-'))
    const [port, rpPort] = [await freePort(), await freePort()]
    house = await startHouse({ port, rpPort })
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    await furnish()
    const run = (dataDir: string, ...args: string[]) => {
      const env = { ...process.env, MIEN_ISSUER: there(house).origin, MIEN_DATA_DIR: dataDir }
      return promisify(execFile)(process.execPath, [mien, ...args], { env })
    }
    const key = join(folder, 'key.txt')
    const file = join(folder, 'house.age')
    await run(folder, 'backup', 'key', key)
    const recipient = /age1\w+/.exec(await readFile(key, 'utf8'))?.[0] ?? ''
    await run(house.dataDir, 'backup', file, '--recipient', recipient)
    await house.close()
    const dataDir = join(folder, 'new')
    const { stdout } = await run(dataDir, 'restore', file, '--identity', key)
    assert.include(stdout, 'The audit trail is whole and says that it was restored')
    house = await startHouse({ port, rpPort, dataDir })
    const verified = await run(dataDir, 'audit', 'verify')
    assert.include(verified.stdout, 'The audit trail is whole')
  })
  after(async () => {
    await house?.close()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })

  /** A face with a passkey and an app that keeps access, and somebody else with an authenticator app. */
  async function furnish(): Promise<void> {
    const own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    const { visitor } = await createAccountWithFace(there(house), ada, own)
    const tokens = await visitApp(visitor, party, { scope: 'openid email offline_access', prompt: 'consent' })
    token = tokens.refresh_token ?? ''
    subBefore = tokens.claims()?.sub ?? ''
    phone = createAuthenticator({ origin: there(house).origin })
    const answer = await addOn(visitor, await ownPage(visitor, ada), {
      authenticator: phone,
      more: { name: 'Phone' },
    })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    const person = await people.somebodyWithApp()
    app = person.app
    withApp = person.email
  }

  it('knows the face', async () => {
    const visitor = stranger()
    const request = await party.begin()
    const page = await goToCamera(visitor, request.url, ada)
    const shown = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    const { last } = await streamCapture(visitor, page, { frames: shown })
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    const tokens = await party.finish(request, await comeBack(visitor, last.body.location ?? ''))
    assert.equal(tokens.claims()?.sub, subBefore, 'as the same person')
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:face')
  })

  it('takes the password and the code of the app', async () => {
    const { visitor, request, page } = await people.givePassword(withApp, second)
    // The step in which the app was set up is spent; the app goes by the clock of the house that is gone.
    there(house).pass(60)
    const done = await visitor.submit(page, '/otp', { code: app.code(2) })
    const claims = await people.claimsOf(visitor, request, done)
    assert.equal(claims?.['acr'], 'urn:mien:acr:password-otp')
  })

  it('takes the passkey', async () => {
    const visitor = stranger()
    const request = await party.begin()
    const answer = await signInOn(visitor, await visitor.open(request.url), { authenticator: phone })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    const tokens = await party.finish(request, await comeBack(visitor, answer.body.location ?? ''))
    assert.equal(tokens.claims()?.sub, subBefore)
  })

  it('takes the refresh token of before, once, and its tokens verify under the keys of before', async () => {
    const tokens = await client.refreshTokenGrant(party.configuration, token)
    assert.equal(tokens.claims()?.sub, subBefore)
    const again = await client.refreshTokenGrant(party.configuration, token).then(
      () => 'granted',
      () => 'refused',
    )
    assert.equal(again, 'refused')
  })
})
