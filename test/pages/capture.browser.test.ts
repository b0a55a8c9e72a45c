import { assert } from 'chai'
import { z } from 'zod'
import { readCameraReport } from '../../src/interactions/camera-report.ts'
import { done, happyScript, look } from './scripts.ts'
import { describeBrowser, onFrames, useStage } from './stage.ts'

const wishShape = z.object({ camera: z.unknown(), canTurn: z.boolean(), canFlash: z.boolean() })

describeBrowser('The capture page in Chromium', function () {
  this.timeout(30_000)
  const stage = useStage()
  /** From here on time goes by in the page as the test says. */
  const stopTime = async (): Promise<void> => {
    await stage.page.clock.install({ time: 0 })
    await stage.page.clock.pauseAt(1000)
  }

  it('asks for nothing before the button is pressed', async () => {
    await stage.open('camera')
    await stage.page.getByRole('button', { name: 'Start camera' }).waitFor()
    assert.isFalse(await stage.isCameraOn())
    assert.isEmpty(stage.dev.requests)
  })

  it('signs in: names the camera, sends frames in order with the token, and follows the answer', async () => {
    await stage.start()
    await stage.page.waitForURL('**/pages/message')
    const [first] = stage.dev.requests
    assert.equal(first?.path, '/scripted/capture')
    const { camera, ...rest } = wishShape.parse(first?.body)
    assert.deepEqual(rest, { canTurn: true, canFlash: true })
    // Chromium’s own false camera, which says the same of itself everywhere.
    assert.deepEqual(readCameraReport(camera), {
      outcome: 'given',
      label: 'fake_device_0',
      width: 640,
      height: 480,
      settings: { width: 640, height: 480, frameRate: 20 },
      capabilities: { width: 3840, height: 2160, frameRate: 20 },
    })
    assert.deepEqual(
      stage.frames().map(({ path }) => path),
      [0, 1, 2, 3, 4, 5].map((at) => `/scripted/capture/one/frames/${at}`),
    )
    for (const { token } of stage.dev.requests) assert.equal(token, 'sample-token')
    for (const { body } of stage.frames()) {
      assert.instanceOf(body, Uint8Array)
      assert.deepEqual([...(body as Uint8Array).subarray(0, 3)], [0xff, 0xd8, 0xff], 'a JPEG')
      assert.isAtMost((body as Uint8Array).length, 102_400)
    }
    assert.isEmpty(stage.complaints)
  })

  it('keeps to the pace that the server names, one frame at a time', async () => {
    let open = 0
    let mostOpen = 0
    stage.dev.script = onFrames(({ sequence }) => {
      open += 1
      mostOpen = Math.max(mostOpen, open)
      setTimeout(() => (open -= 1), 100)
      return { body: sequence === 5 ? done : look(), delayMs: 100 }
    })
    await stage.start()
    await stage.page.waitForURL('**/pages/message')
    assert.equal(mostOpen, 1)
    const times = stage.frames().map(({ at }) => at)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    for (const gap of gaps) assert.isAtLeast(gap, 49)
  })

  it('sends the picture unmirrored, while the person sees a mirror', async () => {
    // Left half black, right half white.
    await stage.page.addInitScript(`
      const c = document.createElement('canvas'); c.width = 640; c.height = 480
        const pen = c.getContext('2d')
        const draw = () => { pen.fillStyle = '#fff'; pen.fillRect(0, 0, 640, 480); pen.fillStyle = '#000'; pen.fillRect(0, 0, 320, 480) }
        draw()
        setInterval(draw, 30)
        navigator.mediaDevices.getUserMedia = async () => c.captureStream(30)`)
    stage.dev.script = onFrames(() => ({ body: look() }))
    await stage.start()
    await stage.page.getByText('Look straight at the camera.').waitFor()
    while (stage.frames().length < 8) await stage.page.waitForTimeout(50)
    const jpeg = Buffer.from(stage.frames().at(-1)?.body as Uint8Array).toString('base64')
    const shades = await stage.page.evaluate(`(async () => {
      const picture = new Image(); picture.src = 'data:image/jpeg;base64,${jpeg}'; await picture.decode()
      const c = document.createElement('canvas'); c.width = 640; c.height = 480
      const pen = c.getContext('2d'); pen.drawImage(picture, 0, 0)
      return [pen.getImageData(100, 240, 1, 1).data[0], pen.getImageData(540, 240, 1, 1).data[0],
        getComputedStyle(document.querySelector('video')).transform]
    })()`)
    const [left, right, transform] = shades as [number, number, string]
    assert.isBelow(left, 60)
    assert.isAbove(right, 200)
    assert.equal(transform, 'matrix(-1, 0, 0, 1, 0, 0)')
  })

  it('shows hints one at a time, with 600 ms of calm between them', async () => {
    const hints = ['Move closer.', 'Move back a little.', 'Hold still for a moment.']
    stage.dev.script = onFrames(({ sequence = 0 }) => ({ body: look({ hint: hints[sequence % 3] ?? '' }) }))
    await stage.open('camera')
    await stage.page.evaluate(`(() => {
      window.changes = []
      new MutationObserver(() => window.changes.push(performance.now()))
        .observe(document.querySelector('[data-hint]'), { childList: true, characterData: true, subtree: true })
    })()`)
    await stage.page.getByRole('button', { name: 'Start camera' }).click()
    let times: number[] = []
    while (times.length < 5) {
      await stage.page.waitForTimeout(100)
      times = await stage.page.evaluate('window.changes')
    }
    // The first change may be the clearing at the start.
    for (let at = 2; at < times.length; at += 1) {
      assert.isAtLeast((times[at] ?? 0) - (times[at - 1] ?? 0), 595)
    }
  })

  it('fills the ring, and says half way to a screen reader', async () => {
    stage.dev.script = onFrames(() => ({ body: look({ progress: 0.6 }) }))
    await stage.start()
    await stage.page.getByRole('status').getByText('Half way.').waitFor({ state: 'attached' })
    const offset = await stage.page.evaluate("document.querySelector('[data-ring]').style.strokeDashoffset")
    assert.equal(Number(offset), 40)
  })

  it('waits as long as a busy server asks, and sends the same number again with a new picture', async () => {
    let refusals = 0
    stage.dev.script = onFrames(({ sequence }) => {
      if (sequence !== 2 || refusals === 2) return { body: sequence === 3 ? done : look() }
      refusals += 1
      const body = { code: 'engine_busy', message: 'Many people are signing in right now.', reference: 'r' }
      return { status: 503, headers: { 'retry-after': '1' }, body }
    })
    await stage.start()
    await stage.page.waitForURL('**/pages/message')
    const sent = stage.frames()
    assert.deepEqual(
      sent.map(({ sequence }) => sequence),
      [0, 1, 2, 2, 2, 3],
    )
    assert.isAtLeast((sent[3]?.at ?? 0) - (sent[2]?.at ?? 0), 990)
    assert.notDeepEqual(sent[3]?.body, sent[2]?.body)
  })

  it('sends the same number again where the connection breaks, and says so where it stays broken', async () => {
    let isBroken = true
    stage.dev.script = onFrames(({ sequence }) => {
      if (sequence === 1 && isBroken) {
        isBroken = false
        return undefined
      }
      return { body: sequence === 2 ? done : look() }
    })
    await stage.start()
    await stage.page.waitForURL('**/pages/message')
    assert.deepEqual(
      stage.frames().map(({ sequence }) => sequence),
      [0, 1, 1, 2],
    )
    stage.dev.script = () => undefined
    await stage.start()
    await stage.page.getByRole('alert').getByText('No connection').waitFor()
    assert.isFalse(await stage.isCameraOn())
  })

  it('goes on with the next number after a frame that could not be read', async () => {
    stage.dev.script = onFrames(({ sequence }) =>
      sequence === 1
        ? { status: 422, body: { code: 'frame_unreadable', message: 'No picture.', reference: 'r' } }
        : { body: sequence === 2 ? done : look() },
    )
    await stage.start()
    await stage.page.waitForURL('**/pages/message')
    assert.deepEqual(
      stage.frames().map(({ sequence }) => sequence),
      [0, 1, 2],
    )
  })

  it('ends a capture that the server has ended, says why, and starts anew at frame 0', async () => {
    stage.dev.script = onFrames(() => ({
      status: 410,
      body: { code: 'capture_expired', message: 'The capture took too long.', reference: 'r' },
    }))
    await stage.start()
    await stage.page.getByRole('alert').getByText('The capture took too long.').waitFor()
    assert.isFalse(await stage.isCameraOn())
    stage.dev.script = happyScript
    await stage.page.getByRole('button', { name: 'Start camera' }).click()
    await stage.page.waitForURL('**/pages/message')
    assert.equal(stage.frames()[1]?.sequence, 0)
  })

  it('follows a failed sign-in to where the server says', async () => {
    stage.dev.script = onFrames(() => ({
      body: { state: 'failed', message: 'That did not work.', location: '/pages/camera~second-try' },
    }))
    await stage.start()
    await stage.page.waitForURL('**/pages/camera~second-try')
    assert.isTrue(await stage.page.getByText('That did not work.').isVisible())
  })

  it('tells how long to wait where captures are asked for too often', async () => {
    stage.dev.script = () => ({
      status: 429,
      body: { code: 'too_many_requests', message: 'Too many tries.', reference: 'r', retryAfterSeconds: 2 },
    })
    await stopTime()
    await stage.start()
    await stage.page.getByText('Too many tries.').waitFor()
    const button = stage.page.getByRole('button', { name: 'Start camera' })
    assert.isTrue(await button.isDisabled())
    await stage.page.clock.runFor(2000)
    await stage.page.getByText('You can start the camera again.', { exact: true }).waitFor()
    assert.isTrue(await button.isEnabled())
  })

  it('can be stopped, and sends nothing more then', async () => {
    stage.dev.script = onFrames(() => ({ body: look() }))
    await stage.page.addInitScript(`
      const send = window.fetch
      window.sent = 0
      window.fetch = (...request) => { window.sent += 1; return send(...request) }
      document.addEventListener('click', () => { window.sentAtClick = window.sent })`)
    await stage.start()
    await stage.page.getByText('Look straight at the camera.').waitFor()
    await stage.page.getByRole('button', { name: 'Stop camera' }).click()
    assert.isFalse(await stage.isCameraOn())
    // Ten times the pace of the frames, by the page’s own clock.
    const counts = '[window.sentAtClick, window.sent]'
    const [before, after] = z
      .tuple([z.number(), z.number()])
      .parse(await stage.page.evaluate(`new Promise((resolve) => setTimeout(() => resolve(${counts}), 500))`))
    assert.isAbove(before, 0)
    assert.equal(after, before)
    assert.isTrue(await stage.page.getByRole('button', { name: 'Start camera' }).isEnabled())
  })

  it('stops the camera when the page is out of sight', async () => {
    stage.dev.script = onFrames(() => ({ body: look() }))
    await stage.start()
    await stage.page.getByText('Look straight at the camera.').waitFor()
    await stage.page.evaluate(`(() => {
      Object.defineProperty(document, 'hidden', { value: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })()`)
    await stage.page.getByText('The camera was stopped').waitFor()
    assert.isFalse(await stage.isCameraOn())
  })

  it('says when the camera goes away', async () => {
    stage.dev.script = onFrames(() => ({ body: look() }))
    await stage.start()
    await stage.page.getByText('Look straight at the camera.').waitFor()
    await stage.page.evaluate(
      "document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))",
    )
    await stage.page.getByText('The camera went away').waitFor()
  })

  it('holds the camera back for as long as the page says', async () => {
    await stopTime()
    await stage.open('camera~waiting')
    const button = stage.page.getByRole('button', { name: 'Start camera' })
    assert.isTrue(await button.isDisabled())
    await stage.page.getByText(/You can start the camera again in 0:0[123]\./).waitFor()
    await stage.page.clock.runFor(3000)
    await stage.page.getByText('You can start the camera again.', { exact: true }).waitFor()
    assert.isTrue(await button.isEnabled())
  })
})
