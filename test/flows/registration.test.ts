import { assert } from 'chai'
import * as client from 'openid-client'
import { startHouse, there, type House } from './house.ts'
import { createAccount } from './stories.ts'

const token = 'an-initial-access-token-of-the-operator'

describe('An app that registered itself', () => {
  let house: House | undefined
  before(async () => (house = await startHouse({ settings: { MIEN_REGISTRATION_TOKEN: token } })))
  after(() => house?.close())

  it('is told apart on the consent page from those that the operator listed', async () => {
    const { origin, rpOrigin } = there(house)
    const { visitor, page } = await createAccount(there(house), 'careful@example.com')
    await visitor.submit(page, '/enrol/later')
    const configuration = await client.dynamicClientRegistration(
      new URL(origin),
      { client_name: 'Your Bank', redirect_uris: [`${rpOrigin}/callback`] },
      client.ClientSecretBasic(),
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- plain http, on this very machine alone
      { initialAccessToken: token, execute: [client.allowInsecureRequests] },
    )
    const ask = async (id: string) => {
      const url = new URL(`${origin}/authorize`)
      const challenge = await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier())
      url.search = new URLSearchParams({
        client_id: id,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: `${rpOrigin}/callback`,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }).toString()
      return (await visitor.open(url)).text
    }
    const warning = 'Nobody here has checked this app'
    assert.include(await ask(configuration.clientMetadata().client_id), warning)
    const listed = await ask('demo')
    assert.include(listed, 'Demo Shop')
    assert.notInclude(listed, warning)
  })
})
