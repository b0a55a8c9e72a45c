/** A house on SQLite finds its rows by an index: the plan of each statement that it really sends. `growth.test.ts` counts the same on PostgreSQL. */
import { assert } from 'chai'
import { facesDir, frames, modelsDir } from '../media.ts'
import { readFromEndToEnd, recordStatements, type Recording } from '../store/statements.ts'
import { startHouse, there, type House } from './house.ts'
import { comeBack, createRelyingParty, goToCamera } from './relying-party.ts'
import { createAccountWithFace, password } from './stories.ts'
import { createVisitor, streamCapture } from './visitor.ts'

const email = 'ada@example.com'

describe('A house on SQLite', function () {
  this.timeout(120_000)
  let house: House | undefined
  let recording: Recording | undefined

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    house = await startHouse()
    recording = recordStatements()
  })
  after(async () => {
    recording?.stop()
    await house?.close()
  })

  it('registers, enrols, and signs people in by face and by password, and reads no table from end to end', async () => {
    const running = there(house)
    await createAccountWithFace(running, email, await frames('d12', { from: 0, to: 3.5, fps: 8 }))
    const party = await createRelyingParty(running.origin, `${running.rpOrigin}/callback`)
    const byFace = createVisitor(running.origin, [running.rpOrigin])
    const request = await party.begin()
    const shown = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    const { last } = await streamCapture(byFace, await goToCamera(byFace, request.url, email), {
      frames: shown,
    })
    assert.equal(last.body.state, 'done')
    await party.finish(request, await comeBack(byFace, last.body.location ?? ''))
    const byPassword = createVisitor(running.origin, [running.rpOrigin])
    const camera = await goToCamera(byPassword, (await party.begin()).url, email)
    const form = await byPassword.open(camera.url.pathname.replace(/face$/, 'password'))
    assert.isBelow((await byPassword.submit(form, '/password', { password })).status, 400)
    for (const path of ['', '/devices', '/activity', '/apps', '/privacy', '/profile', '/passkeys'])
      assert.equal((await byFace.open(`/account${path}`)).status, 200, path)
    const { statements } = there(recording)
    assert.isAbove(statements.size, 30)
    const read = await readFromEndToEnd(`${running.dataDir}/mien.sqlite`, statements)
    // How many mails wait is counted before one more is taken: ten thousand at most.
    assert.deepEqual(
      read.filter(({ table }) => table !== 'mail_letter'),
      [],
    )
  })
})
