/** An administrator's token by code flow, as an app gets it. */
import { createHash, randomBytes } from 'node:crypto'
import { assert } from 'chai'
import { z } from 'zod'
import type { House } from '../flows/house.ts'
import type { Visitor } from '../flows/visitor.ts'

const answer = z.object({ access_token: z.string(), id_token: z.string() })

/** For the client `desk` unless another is named, which says the scopes of both: its own and those of the API. */
export async function tokensOf(
  house: Pick<House, 'origin'>,
  visitor: Visitor,
  wish: readonly string[] | { readonly clientId: string; readonly scopes: readonly string[] },
): Promise<z.infer<typeof answer>> {
  const { clientId, scopes } = 'scopes' in wish ? wish : { clientId: 'desk', scopes: wish }
  const verifier = randomBytes(32).toString('base64url')
  const redirectUri = `${house.origin}/nowhere`
  const resource = `${house.origin}/admin/api`
  const url = new URL(`${house.origin}/authorize`)
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: ['openid', ...scopes].join(' '),
    resource,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const asked = await visitor.open(url)
  const back = asked.url.searchParams.has('code') ? asked : await visitor.submit(asked, '/consent')
  const code = back.url.searchParams.get('code') ?? ''
  assert.notEqual(code, '', `${back.url.href}\n${back.text.slice(0, 400)}`)
  const response = await fetch(`${house.origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      resource,
    }),
  })
  return answer.parse(await response.json())
}
