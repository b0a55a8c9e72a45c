import { assert } from 'chai'
import { rejectCamera } from './browser.ts'
import { describeBrowser, useStage } from './stage.ts'

describeBrowser('A camera that does not start, in Chromium,', function () {
  this.timeout(30_000)
  const stage = useStage()

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
      await stage.open('camera')
      await stage.page.evaluate(rejectCamera(name, message))
      await stage.page.getByRole('button', { name: 'Start camera' }).click()
      await stage.page.getByRole('alert').getByText(title).waitFor()
      assert.isTrue(await stage.page.getByRole('link', { name: 'Use password instead' }).isVisible())
      assert.isTrue(await stage.page.getByRole('button', { name: 'Start camera' }).isEnabled())
      assert.isEmpty(stage.dev.requests, 'no capture is asked for without a camera')
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
      await stage.page.addInitScript(script)
      await stage.start()
      await stage.page.getByRole('alert').getByText(title).waitFor()
    })
  }

  it('says so where a camera is connected after none was found', async () => {
    await stage.open('camera')
    await stage.page.evaluate(rejectCamera('NotFoundError'))
    await stage.page.getByRole('button', { name: 'Start camera' }).click()
    await stage.page.getByText('No camera was found').waitFor()
    await stage.page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    await stage.page.getByText('A camera was connected').waitFor()
  })
})
