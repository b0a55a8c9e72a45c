/** The Dynamic plan: addresses to come back to. */
import { assert } from 'chai'
import { register, registrationError, visit, withPkce, type Registry } from './newcomers.ts'
import type { Modules } from './plan.ts'
import { ask, authorize, type Extra, type Party } from './suite.ts'

/** A page here; the browser is not sent anywhere (RFC 6749 §4.1.2.1). */
async function getsPage(registry: Registry, party: Party, change: Extra): Promise<void> {
  const { extra } = await withPkce(change)
  const answer = await authorize(registry, registry.browser(), ask(registry, party, extra))
  assert.isUndefined(answer.parameters)
  assert.equal(answer.page?.status, 400)
  assert.equal(answer.page?.url.origin, registry.house.origin)
}

export const dynamicRedirects: Modules<Registry> = {
  'oidcc-ensure-redirect-uri-in-authorization-request': {
    shows: 'a request without an address gets a page here, though but one is registered',
    run: async (registry) => {
      await getsPage(registry, await register(registry), { redirect_uri: undefined })
    },
  },
  'oidcc-redirect-uri-query-OK': {
    shows: 'an address with a query is kept as it was registered',
    run: async (registry) => {
      const redirectUri = `${registry.callback}?foo=bar`
      const party = { ...(await register(registry, { redirect_uris: [redirectUri] })), redirectUri }
      const { answer } = await visit(registry, party)
      assert.equal(answer.parameters?.get('foo'), 'bar')
    },
  },
  'oidcc-redirect-uri-query-mismatch': {
    shows: 'another query than the registered one gets a page here',
    run: async (registry) => {
      const party = await register(registry, { redirect_uris: [`${registry.callback}?foo=bar`] })
      await getsPage(registry, party, { redirect_uri: `${registry.callback}?foo=baz` })
    },
  },
  'oidcc-redirect-uri-query-added': {
    shows: 'a query beside the registered address gets a page here',
    run: async (registry) => {
      const party = await register(registry)
      await getsPage(registry, party, { redirect_uri: `${registry.callback}?foo=bar` })
    },
  },
  'oidcc-redirect-uri-regfrag': {
    shows: 'an address with a fragment cannot be registered',
    run: async (registry) => {
      const metadata = { redirect_uris: [`${registry.callback}#foobar`] }
      assert.include(
        ['invalid_redirect_uri', 'invalid_client_metadata'],
        await registrationError(registry, metadata),
      )
    },
  },
}
