import { assert } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { collectComplaints, hasChromium, launchBrowser, rejectCamera } from './browser.ts'
import { issued, startDevServer, type DevServer, type Script } from './dev-server.ts'
import { done, enrolLook, happyScript, look, review } from './scripts.ts'

/** A sign-in whose frames are answered by this. */
function onFrames(answer: Script): Script {
  return (request, all) => (request.sequence === undefined ? happyScript(request, all) : answer(request, all))
}

const describeBrowser = hasChromium ? describe : describe.skip

describeBrowser('The capture page in Chromium', function () {
  this.timeout(30_000)
  let browser: Browser
  let dev: DevServer
  let page: Page
  let complaints: string[]

  before(async () => {
    browser = await launchBrowser()
    dev = await startDevServer(happyScript)
  })
  after(async () => {
    await browser.close()
    await dev.close()
  })
  beforeEach(async () => {
    page = await browser.newPage()
    complaints = collectComplaints(page)
    dev.requests.length = 0
    dev.script = happyScript
  })
  afterEach(() => page.close())

  const start = async (path = 'camera'): Promise<void> => {
    await page.goto(`${dev.origin}/pages/${path}`)
    await page.getByRole('button', { name: 'Start camera' }).click()
  }
  const frames = () => dev.requests.filter(({ sequence }) => sequence !== undefined)
  const isCameraOn = () => page.evaluate("document.querySelector('video').srcObject !== null")

  it('asks for nothing before the button is pressed', async () => {
    await page.goto(`${dev.origin}/pages/camera`)
    await page.getByRole('button', { name: 'Start camera' }).waitFor()
    assert.isFalse(await isCameraOn())
    assert.isEmpty(dev.requests)
  })

  it('signs in: names the camera, sends frames in order with the token, and follows the answer', async () => {
    await start()
    await page.waitForURL('**/pages/message')
    const [first] = dev.requests
    assert.equal(first?.path, '/scripted/capture')
    assert.match(JSON.stringify(first.body), /^\{"camera":\{"label":"[^"]*","width":640,"height":480\}\}$/)
    assert.deepEqual(
      frames().map(({ path }) => path),
      [0, 1, 2, 3, 4, 5].map((at) => `/scripted/capture/one/frames/${at}`),
    )
    for (const { token } of dev.requests) assert.equal(token, 'sample-token')
    for (const { body } of frames()) {
      assert.instanceOf(body, Uint8Array)
      assert.deepEqual([...(body as Uint8Array).subarray(0, 3)], [0xff, 0xd8, 0xff], 'a JPEG')
      assert.isAtMost((body as Uint8Array).length, 102_400)
    }
    assert.isEmpty(complaints)
  })

  it('keeps to the pace that the server names, one frame at a time', async () => {
    let open = 0
    let mostOpen = 0
    dev.script = onFrames(({ sequence }) => {
      open += 1
      mostOpen = Math.max(mostOpen, open)
      setTimeout(() => (open -= 1), 100)
      return { body: sequence === 5 ? done : look(), delayMs: 100 }
    })
    await start()
    await page.waitForURL('**/pages/message')
    assert.equal(mostOpen, 1)
    const times = frames().map(({ at }) => at)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    for (const gap of gaps) assert.isAtLeast(gap, 49)
  })

  it('sends the picture unmirrored, while the person sees a mirror', async () => {
    await page.addInitScript(() => {
      // Left half black, right half white.
      const source = `const c = document.createElement('canvas'); c.width = 640; c.height = 480
        const pen = c.getContext('2d')
        setInterval(() => { pen.fillStyle = '#fff'; pen.fillRect(0, 0, 640, 480); pen.fillStyle = '#000'; pen.fillRect(0, 0, 320, 480) }, 30)
        navigator.mediaDevices.getUserMedia = async () => c.captureStream(30)`
      new Function(source)()
    })
    dev.script = onFrames(() => ({ body: look() }))
    await start()
    await page.getByText('Look straight at the camera.').waitFor()
    while (frames().length < 8) await page.waitForTimeout(50)
    const jpeg = Buffer.from(frames().at(-1)?.body as Uint8Array).toString('base64')
    const shades = await page.evaluate(`(async () => {
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
    dev.script = onFrames(({ sequence = 0 }) => ({ body: look({ hint: hints[sequence % 3] ?? '' }) }))
    await page.goto(`${dev.origin}/pages/camera`)
    await page.evaluate(`(() => {
      window.changes = []
      new MutationObserver(() => window.changes.push(performance.now()))
        .observe(document.querySelector('[data-hint]'), { childList: true, characterData: true, subtree: true })
    })()`)
    await page.getByRole('button', { name: 'Start camera' }).click()
    await page.waitForFunction('window.changes.length >= 5')
    const times = (await page.evaluate('window.changes')) as number[]
    // The first change may be the clearing at the start.
    for (let at = 2; at < times.length; at += 1) {
      assert.isAtLeast((times[at] ?? 0) - (times[at - 1] ?? 0), 595)
    }
  })

  it('fills the ring, and says half way to a screen reader', async () => {
    dev.script = onFrames(() => ({ body: look({ progress: 0.6 }) }))
    await start()
    await page.getByRole('status').getByText('Half way.').waitFor({ state: 'attached' })
    const offset = await page.evaluate("document.querySelector('[data-ring]').style.strokeDashoffset")
    assert.equal(Number(offset), 40)
  })

  it('waits as long as a busy server asks, and sends the same number again with a new picture', async () => {
    let refusals = 0
    dev.script = onFrames(({ sequence }) => {
      if (sequence !== 2 || refusals === 2) return { body: sequence === 3 ? done : look() }
      refusals += 1
      const body = { code: 'engine_busy', message: 'Many people are signing in right now.', reference: 'r' }
      return { status: 503, headers: { 'retry-after': '1' }, body }
    })
    await start()
    await page.waitForURL('**/pages/message')
    const sent = frames()
    assert.deepEqual(
      sent.map(({ sequence }) => sequence),
      [0, 1, 2, 2, 2, 3],
    )
    assert.isAtLeast((sent[3]?.at ?? 0) - (sent[2]?.at ?? 0), 990)
    assert.notDeepEqual(sent[3]?.body, sent[2]?.body)
  })

  it('sends the same number again where the connection breaks, and says so where it stays broken', async () => {
    let isBroken = true
    dev.script = onFrames(({ sequence }) => {
      if (sequence === 1 && isBroken) {
        isBroken = false
        return undefined
      }
      return { body: sequence === 2 ? done : look() }
    })
    await start()
    await page.waitForURL('**/pages/message')
    assert.deepEqual(
      frames().map(({ sequence }) => sequence),
      [0, 1, 1, 2],
    )
    dev.script = () => undefined
    await start()
    await page.getByRole('alert').getByText('No connection').waitFor()
    assert.isFalse(await isCameraOn())
  })

  it('goes on with the next number after a frame that could not be read', async () => {
    dev.script = onFrames(({ sequence }) =>
      sequence === 1
        ? { status: 422, body: { code: 'frame_unreadable', message: 'No picture.', reference: 'r' } }
        : { body: sequence === 2 ? done : look() },
    )
    await start()
    await page.waitForURL('**/pages/message')
    assert.deepEqual(
      frames().map(({ sequence }) => sequence),
      [0, 1, 2],
    )
  })

  it('ends a capture that the server has ended, says why, and starts anew at frame 0', async () => {
    dev.script = onFrames(() => ({
      status: 410,
      body: { code: 'capture_expired', message: 'The capture took too long.', reference: 'r' },
    }))
    await start()
    await page.getByRole('alert').getByText('The capture took too long.').waitFor()
    assert.isFalse(await isCameraOn())
    dev.script = happyScript
    await page.getByRole('button', { name: 'Start camera' }).click()
    await page.waitForURL('**/pages/message')
    assert.equal(frames()[1]?.sequence, 0)
  })

  it('follows a failed sign-in to where the server says', async () => {
    dev.script = onFrames(() => ({
      body: { state: 'failed', message: 'That did not work.', location: '/pages/camera~second-try' },
    }))
    await start()
    await page.waitForURL('**/pages/camera~second-try')
    assert.isTrue(await page.getByText('That did not work.').isVisible())
  })

  it('tells how long to wait where captures are asked for too often', async () => {
    dev.script = () => ({
      status: 429,
      body: { code: 'too_many_requests', message: 'Too many tries.', reference: 'r', retryAfterSeconds: 2 },
    })
    await start()
    await page.getByText('Too many tries.').waitFor()
    const button = page.getByRole('button', { name: 'Start camera' })
    assert.isTrue(await button.isDisabled())
    await page.getByText('You can start the camera again.', { exact: true }).waitFor()
    assert.isTrue(await button.isEnabled())
  })

  it('can be stopped, and sends nothing more then', async () => {
    dev.script = onFrames(() => ({ body: look() }))
    await start()
    await page.getByText('Look straight at the camera.').waitFor()
    await page.getByRole('button', { name: 'Stop camera' }).click()
    assert.isFalse(await isCameraOn())
    await page.waitForTimeout(150)
    const sent = frames().length
    await page.waitForTimeout(300)
    assert.equal(frames().length, sent)
    assert.isTrue(await page.getByRole('button', { name: 'Start camera' }).isEnabled())
  })

  it('stops the camera when the page is out of sight', async () => {
    dev.script = onFrames(() => ({ body: look() }))
    await start()
    await page.getByText('Look straight at the camera.').waitFor()
    await page.evaluate(`(() => {
      Object.defineProperty(document, 'hidden', { value: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })()`)
    await page.getByText('The camera was stopped').waitFor()
    assert.isFalse(await isCameraOn())
  })

  it('says when the camera goes away', async () => {
    dev.script = onFrames(() => ({ body: look() }))
    await start()
    await page.getByText('Look straight at the camera.').waitFor()
    await page.evaluate(
      "document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))",
    )
    await page.getByText('The camera went away').waitFor()
  })

  const failures = [
    ['NotAllowedError', '', 'The camera was not allowed'],
    ['NotAllowedError', 'Permission dismissed', 'The browser is still waiting for your answer'],
    ['NotAllowedError', 'Permission denied by system', 'Your device keeps the camera from this browser'],
    ['NotAllowedError', 'blocked by permissions policy', 'The camera is blocked in this browser'],
    ['SecurityError', '', 'The camera is blocked in this browser'],
    ['NotFoundError', '', 'No camera was found'],
    ['NotReadableError', '', 'The camera is busy'],
    ['AbortError', '', 'The camera is busy'],
    ['OverconstrainedError', '', 'This camera does not fit'],
    ['NotSupportedError', '', 'This browser cannot use a camera'],
    ['SomethingNewError', '', 'The camera did not start'],
  ] as const
  for (const [name, message, title] of failures) {
    it(`helps with ${name}${message === '' ? '' : ` (“${message}”)`}: ${title}`, async () => {
      await page.goto(`${dev.origin}/pages/camera`)
      await page.evaluate(rejectCamera(name, message))
      await page.getByRole('button', { name: 'Start camera' }).click()
      await page.getByRole('alert').getByText(title).waitFor()
      assert.isTrue(await page.getByRole('link', { name: 'Use password instead' }).isVisible())
      assert.isTrue(await page.getByRole('button', { name: 'Start camera' }).isEnabled())
      assert.isEmpty(dev.requests, 'no capture is asked for without a camera')
    })
  }

  for (const [obstacle, script, title] of [
    [
      'an insecure address',
      "Object.defineProperty(window, 'isSecureContext', { value: false })",
      'This address is not secure',
    ],
    [
      'a browser without cameras',
      "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })",
      'This browser cannot use a camera',
    ],
    [
      'a page within a page',
      "Object.defineProperty(window, 'self', { value: {} })",
      'This page is inside another page',
    ],
  ] as const) {
    it(`helps with ${obstacle}: ${title}`, async () => {
      await page.addInitScript(script)
      await start()
      await page.getByRole('alert').getByText(title).waitFor()
    })
  }

  it('says so where a camera is connected after none was found', async () => {
    await page.goto(`${dev.origin}/pages/camera`)
    await page.evaluate(rejectCamera('NotFoundError'))
    await page.getByRole('button', { name: 'Start camera' }).click()
    await page.getByText('No camera was found').waitFor()
    await page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    await page.getByText('A camera was connected').waitFor()
  })

  it('enrols: five pictures to look at, and saved when the person says so', async () => {
    await start('enrol')
    await page.getByRole('heading', { name: 'Are these pictures good?' }).waitFor()
    assert.isFalse(await isCameraOn())
    assert.equal(await page.getByRole('img', { name: /^Picture \d$/ }).count(), 5)
    const widths = await page.evaluate(
      "[...document.querySelectorAll('.sample canvas')].map((each) => each.width)",
    )
    assert.deepEqual(widths, [640, 640, 640, 640, 640])
    assert.isFalse(dev.requests.some(({ path }) => path.endsWith('/confirm')))
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await page.waitForURL('**/pages/message')
    assert.equal(dev.requests.at(-1)?.path, '/scripted/enrolment/one/confirm')
    assert.isEmpty(complaints)
  })

  it('retakes one picture and goes on with the next number of the same capture', async () => {
    await start('enrol')
    await page.getByRole('heading', { name: 'Are these pictures good?' }).waitFor()
    const last = frames().at(-1)?.sequence ?? NaN
    dev.script = (request, all) => {
      if (request.path.endsWith('/retake')) return { body: enrolLook(1) }
      if (request.sequence === undefined) return happyScript(request, all)
      return { body: request.sequence > last + 2 ? review(1) : enrolLook(1) }
    }
    await page.getByRole('button', { name: 'Retake picture 2, to your left' }).click()
    await page.getByText('Turn your head a little to your left.').waitFor()
    await page.getByRole('heading', { name: 'Are these pictures good?' }).waitFor()
    const retake = dev.requests.find(({ path }) => path.endsWith('/retake'))
    assert.deepEqual(retake?.body, { index: 1 })
    const after = frames().map(({ sequence }) => sequence)
    assert.deepEqual(
      after,
      after.map((_, at) => at),
      'no number is left out or sent twice',
    )
  })

  it('skips a pose between two frames, never beside one', async () => {
    let open = 0
    dev.script = (request) => {
      assert.equal(open, 0)
      if (request.path === '/scripted/enrolment') return issued('enrolment', enrolLook(1))
      if (request.path.endsWith('/skip')) return { body: review(undefined, [0]) }
      open += 1
      setTimeout(() => (open -= 1), 90)
      return { body: enrolLook(1), delayMs: 100 }
    }
    await start('enrol')
    await page.getByRole('button', { name: 'Skip this pose' }).click()
    await page.getByRole('heading', { name: 'Are these pictures good?' }).waitFor()
    assert.equal(await page.locator('.sample').count(), 1)
  })

  it('offers no skip where the pose is needed', async () => {
    dev.script = (request) =>
      request.path === '/scripted/enrolment' ? issued('enrolment', enrolLook(0)) : { body: enrolLook(0) }
    await start('enrol')
    await page.getByText('Look straight at the camera.').waitFor()
    assert.isFalse(await page.getByRole('button', { name: 'Skip this pose' }).isVisible())
  })

  it('holds the camera back for as long as the page says', async () => {
    await page.goto(`${dev.origin}/pages/camera~waiting`)
    const button = page.getByRole('button', { name: 'Start camera' })
    assert.isTrue(await button.isDisabled())
    await page.getByText(/You can start the camera again in 0:0[123]\./).waitFor()
    await page.getByText('You can start the camera again.', { exact: true }).waitFor()
    assert.isTrue(await button.isEnabled())
  })
})
