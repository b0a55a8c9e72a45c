import { assert } from 'chai'
import { issued } from './dev-server.ts'
import { enrolLook, happyScript, review } from './scripts.ts'
import { describeBrowser, useStage } from './stage.ts'

describeBrowser('The enrolment page in Chromium', function () {
  this.timeout(30_000)
  const stage = useStage()

  it('enrols: five pictures to look at, and saved when the person says so', async () => {
    await stage.start('enrol')
    await stage.page.getByRole('heading', { name: 'Are these pictures good?' }).waitFor()
    assert.isFalse(await stage.isCameraOn())
    assert.equal(await stage.page.getByRole('img', { name: /^Picture \d$/ }).count(), 5)
    const widths = await stage.page.evaluate(
      "[...document.querySelectorAll('.sample canvas')].map((each) => each.width)",
    )
    assert.deepEqual(widths, [640, 640, 640, 640, 640])
    assert.isFalse(stage.dev.requests.some(({ path }) => path.endsWith('/confirm')))
    await stage.page.getByRole('button', { name: 'Continue', exact: true }).click()
    await stage.page.waitForURL('**/pages/message')
    assert.equal(stage.dev.requests.at(-1)?.path, '/scripted/enrolment/one/confirm')
    assert.isEmpty(stage.complaints)
  })

  it('retakes one picture and goes on with the next number of the same capture', async () => {
    await stage.start('enrol')
    await stage.page.getByRole('heading', { name: 'Are these pictures good?' }).waitFor()
    const last = stage.frames().at(-1)?.sequence ?? NaN
    stage.dev.script = (request, all) => {
      if (request.path.endsWith('/retake')) return { body: enrolLook(1) }
      if (request.sequence === undefined) return happyScript(request, all)
      return { body: request.sequence > last + 2 ? review(1) : enrolLook(1) }
    }
    await stage.page.getByRole('button', { name: 'Retake picture 2, to your left' }).click()
    await stage.page.getByText('Turn your head a little to your left.').waitFor()
    await stage.page.getByRole('heading', { name: 'Are these pictures good?' }).waitFor()
    const retake = stage.dev.requests.find(({ path }) => path.endsWith('/retake'))
    assert.deepEqual(retake?.body, { index: 1 })
    const after = stage.frames().map(({ sequence }) => sequence)
    assert.deepEqual(
      after,
      after.map((_, at) => at),
      'no number is left out or sent twice',
    )
  })

  it('skips a pose between two frames, never beside one', async () => {
    let open = 0
    stage.dev.script = (request) => {
      assert.equal(open, 0)
      if (request.path === '/scripted/enrolment') return issued('enrolment', enrolLook(1))
      if (request.path.endsWith('/skip')) return { body: review(undefined, [0]) }
      open += 1
      setTimeout(() => (open -= 1), 90)
      return { body: enrolLook(1), delayMs: 100 }
    }
    await stage.start('enrol')
    await stage.page.getByRole('button', { name: 'Skip this pose' }).click()
    await stage.page.getByRole('heading', { name: 'Are these pictures good?' }).waitFor()
    assert.equal(await stage.page.locator('.sample').count(), 1)
  })

  it('offers no skip where the pose is needed', async () => {
    stage.dev.script = (request) =>
      request.path === '/scripted/enrolment' ? issued('enrolment', enrolLook(0)) : { body: enrolLook(0) }
    await stage.start('enrol')
    await stage.page.getByText('Look straight at the camera.').waitFor()
    assert.isFalse(await stage.page.getByRole('button', { name: 'Skip this pose' }).isVisible())
  })
})
