import { assert } from 'chai'
import { pathOfState, stateOf } from '../../src/admin/sign-in.ts'

const stateFor = (path: string): string => Buffer.from(path).toString('base64url')

describe('Where an administrator is led after signing in', () => {
  it('is the page of the console that was asked for', () => {
    for (const path of ['/admin', '/admin/subjects?q=ada%40example.com', '/admin/clients/my.app'])
      assert.equal(pathOfState(stateOf(path)), path)
  })

  it('is the console, where somebody has made up a place outside it', () => {
    for (const path of [
      '//evil.example',
      '/admin//evil.example',
      'https://evil.example/admin',
      '/admin/../account',
      '/admin/%2e%2e/account/close',
      '/admin/.%2E/account/close',
      '/admin/%2E./account/close',
      '/admin\\evil.example',
      '/admin/signed-in?state=x',
      `/admin/${'a'.repeat(600)}`,
    ])
      assert.equal(pathOfState(stateFor(path)), '/admin', path)
    for (const state of [undefined, '', '!', 'x'.repeat(2000)]) assert.equal(pathOfState(state), '/admin')
  })
})
