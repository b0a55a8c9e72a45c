/** The operations about clients. */
import { z } from 'zod'
import type { ClientDetail, ClientOutcome } from '../client-services.ts'
import { Fault } from '../../errors.ts'
import { bare, operation, type Operation, type Reply } from './operation.ts'
import {
  clientDetail,
  clientFields,
  clientLine,
  clientOrigin,
  clientWithSecret,
  pageShape,
  paging,
  problem,
} from './shapes.ts'

const invalid = { says: 'What is wrong with which setting.', shape: problem } as const
const outdated = { says: 'Somebody else has changed it since.', shape: problem } as const
const detail = { says: 'The client, its version in `ETag`.', shape: clientDetail } as const

export const clientOperations: readonly Operation[] = [
  operation({
    ...bare,
    id: 'listClients',
    method: 'get',
    path: '/clients',
    act: 'clients.list',
    summary: 'Clients: of clients.yaml, made here, and self-registered ones',
    query: z.strictObject({
      query: z.string().max(200).optional(),
      origin: clientOrigin.optional(),
      ...paging,
    }),
    answers: { 200: { says: 'A page of them.', shape: pageShape(clientLine) } },
    run: async ({ clients }, { actor, query }) => ({ status: 200, body: await clients.list(actor, query) }),
  }),
  operation({
    ...bare,
    id: 'createClient',
    method: 'post',
    path: '/clients',
    act: 'clients.create',
    summary: 'Makes a client, in the words of clients.yaml; its secret is told this once',
    body: clientFields,
    answers: { 201: { says: 'The client and its secret.', shape: clientWithSecret }, 422: invalid },
    run: async ({ clients }, { actor, body }) => replyOf(await clients.create(actor, body), 201),
  }),
  operation({
    ...bare,
    id: 'showClient',
    method: 'get',
    path: '/clients/{client}',
    act: 'clients.show',
    summary: 'A client, without its secrets',
    answers: { 200: detail },
    run: async ({ clients }, { actor, path }) => showing(await clients.show(actor, path['client'] ?? '')),
  }),
  operation({
    ...bare,
    id: 'editClient',
    method: 'put',
    path: '/clients/{client}',
    act: 'clients.edit',
    summary: 'Changes a client to what is given, where `If-Match` names the version that it has',
    takesVersion: true,
    body: clientFields,
    answers: { 200: { says: 'The client.', shape: clientWithSecret }, 412: outdated, 422: invalid },
    run: async ({ clients }, { actor, path, body, ifMatch }) => {
      if (ifMatch === undefined) throw new Fault('admin_version_missing')
      const change = { fields: body, version: ifMatch }
      return replyOf(await clients.edit(actor, path['client'] ?? '', change), 200)
    },
  }),
  operation({
    ...bare,
    id: 'removeClient',
    method: 'delete',
    path: '/clients/{client}',
    act: 'clients.remove',
    summary: 'Removes a client with all access that it was given',
    answers: { 204: { says: 'Done.' } },
    run: async ({ clients }, { actor, path }) => {
      await clients.remove(actor, path['client'] ?? '')
      return { status: 204 }
    },
  }),
  operation({
    ...bare,
    id: 'rotateSecret',
    method: 'post',
    path: '/clients/{client}/secrets',
    act: 'clients.rotateSecret',
    summary: 'Makes a new secret, told this once; the one before stays good for a week',
    answers: { 201: { says: 'The client and its new secret.', shape: clientWithSecret } },
    run: async ({ clients }, { actor, path }) => {
      return { status: 201, body: await clients.rotateSecret(actor, path['client'] ?? '') }
    },
  }),
  operation({
    ...bare,
    id: 'dropOldSecret',
    method: 'delete',
    path: '/clients/{client}/secrets/old',
    act: 'clients.dropOldSecret',
    summary: 'Ends every secret but the newest',
    answers: { 200: detail },
    run: async ({ clients }, { actor, path }) =>
      showing(await clients.dropOldSecret(actor, path['client'] ?? '')),
  }),
]

function showing(client: ClientDetail): Reply {
  return { status: 200, body: client, version: client.version }
}

function replyOf(outcome: ClientOutcome, status: number): Reply {
  switch (outcome.outcome) {
    case 'saved': {
      const { client, secret } = outcome
      return { status, body: { client, secret }, version: client.version }
    }
    case 'invalid':
      return invalidReply(422, outcome.problems)
    case 'outdated':
      throw new Fault('admin_outdated')
  }
}

/** RFC 9457 §3.2: the problem, with each of the settings that it is about. */
export function invalidReply(
  status: number,
  problems: readonly { readonly path: string; readonly message: string }[],
): Reply {
  const code = 'admin_input_invalid'
  const { publicMessage: title } = new Fault(code)
  return { status, body: { type: `urn:mien:problem:${code}`, title, status, code, problems } }
}
