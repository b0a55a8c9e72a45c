import { assert } from 'chai'
import { readFile } from 'node:fs/promises'
import { typeAtCaret } from './browser.ts'
import { otpLocals } from './otp-locals.ts'
import { describeBrowser, useStage } from './stage.ts'

const { codes } = otpLocals['recovery-codes-made']

describeBrowser('The pages of codes, in Chromium,', function () {
  this.timeout(60_000)
  const stage = useStage()

  it('name their buttons, links and fields exactly', async () => {
    const names = [
      ['otp', 'textbox', 'Code from your app'],
      ['otp', 'button', 'Continue'],
      ['otp', 'link', 'Use a recovery code'],
      ['otp~error', 'link', 'Use another way'],
      ['recovery-code', 'textbox', 'Recovery code'],
      ['recovery-code', 'link', 'Use your authenticator app'],
      ['authenticator', 'link', 'Use another app or phone'],
      ['authenticator~off', 'link', 'Set up an authenticator app'],
      ['authenticator-setup', 'img', 'QR code for your authenticator app'],
      ['authenticator-setup', 'textbox', 'Code from your app'],
      ['authenticator-setup', 'button', 'Turn on'],
      ['recovery-codes', 'button', 'Make new codes'],
      ['recovery-codes-made', 'list', 'Your recovery codes'],
      ['recovery-codes-made', 'button', 'Copy'],
      ['recovery-codes-made', 'button', 'Save as a file'],
      ['recovery-codes-made', 'button', 'Print'],
    ] as const
    for (const [path, role, name] of names) {
      await stage.open(path)
      const count = await stage.page.getByRole(role, { name, exact: true }).count()
      assert.equal(count, 1, `${path}: ${role} “${name}”`)
    }
  })

  it('are ready to be typed into, with the digits of a phone, and tie an error to the field', async () => {
    for (const path of ['otp', 'recovery-code']) {
      await stage.open(path)
      await typeAtCaret(stage.page, '123 456')
      const field = stage.page.locator('#code')
      assert.equal(await field.inputValue(), '123 456', path)
      assert.equal(await field.getAttribute('inputmode'), path === 'otp' ? 'numeric' : null)
    }
    for (const path of ['otp~error', 'recovery-code~error', 'authenticator-setup~error']) {
      await stage.open(path)
      const described = await stage.page.locator('#code').getAttribute('aria-describedby')
      assert.equal(described, await stage.page.getByRole('alert').getAttribute('id'), path)
    }
  })

  it('show the QR code dark on light, with a light margin, in both colour schemes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await stage.page.emulateMedia({ colorScheme })
      await stage.open('authenticator-setup')
      const colours = await stage.page.evaluate<readonly string[]>(`(() => {
        const code = document.querySelector('.qr svg')
        return [getComputedStyle(code.querySelector('path')).fill, getComputedStyle(code.parentElement).backgroundColor]
      })()`)
      assert.deepEqual(colours, ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'], colorScheme)
    }
  })

  it('copy and save the recovery codes, each on a line of its own', async () => {
    await stage.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await stage.open('recovery-codes-made')
    await stage.page.getByRole('button', { name: 'Copy' }).click()
    await stage.page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied = await stage.page.evaluate<string>('navigator.clipboard.readText()')
    assert.includeMembers(copied.split('\n'), [...codes])
    assert.include(copied, 'id.example, robin.example@example.com')
    const [download] = await Promise.all([
      stage.page.waitForEvent('download'),
      stage.page.getByRole('button', { name: 'Save as a file' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'recovery-codes.txt')
    assert.equal(await readFile(await download.path(), 'utf8'), copied)
    await stage.page.getByRole('status').getByText('Saved as recovery-codes.txt', { exact: true }).waitFor()
    assert.isEmpty(stage.complaints)
  })

  it('mark the codes for copying by hand where the browser refuses the clipboard', async () => {
    await stage.open('recovery-codes-made')
    await stage.page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))`)
    await stage.page.getByRole('button', { name: 'Copy' }).click()
    await stage.page.getByRole('button', { name: 'Selected' }).waitFor()
    const marked = await stage.page.evaluate<string>('getSelection().toString()')
    for (const code of codes) assert.include(marked, code)
  })

  it('print the codes and none of the buttons', async () => {
    await stage.open('recovery-codes-made')
    await stage.page.emulateMedia({ media: 'print' })
    assert.isTrue(await stage.page.getByText(codes[0] ?? '').isVisible())
    for (const button of ['Copy', 'Save as a file', 'Print']) {
      assert.isFalse(await stage.page.getByText(button, { exact: true }).isVisible(), button)
    }
    await stage.page.emulateMedia({ media: 'screen' })
    await stage.page.evaluate('window.print = () => { document.title = "printed" }')
    await stage.page.getByRole('button', { name: 'Print' }).click()
    assert.equal(await stage.page.title(), 'printed')
  })

  it('show the codes where JavaScript is off, and offer nothing that needs it', async () => {
    const context = await stage.page.context().browser()?.newContext({ javaScriptEnabled: false })
    if (context === undefined) throw new Error('there is no browser')
    const page = await context.newPage()
    await page.goto(`${stage.dev.origin}/pages/recovery-codes-made`)
    assert.equal(await page.locator('code').count(), 10)
    assert.isFalse(await page.getByText('Copy', { exact: true }).isVisible())
    await context.close()
  })
})
