/** The operations about the APIs that access tokens are made for. */
import { z } from 'zod'
import { Fault } from '../../errors.ts'
import type { ResourceDetail, ResourceOutcome } from '../resource-services.ts'
import { invalidReply } from './client-operations.ts'
import { bare, operation, type Operation, type Reply } from './operation.ts'
import {
  clientFields,
  pageShape,
  paging,
  problem,
  resourceDetail,
  resourceLine,
  resourceOrigin,
} from './shapes.ts'

const invalid = { says: 'What is wrong with which setting.', shape: problem } as const
const outdated = { says: 'Somebody else has changed it since.', shape: problem } as const
const inUse = { says: 'Clients may still ask for tokens for it.', shape: problem } as const
const detail = { says: 'The API, its version in `ETag`.', shape: resourceDetail } as const

export const resourceOperations: readonly Operation[] = [
  operation({
    ...bare,
    id: 'listResources',
    method: 'get',
    path: '/resources',
    act: 'resources.list',
    summary: 'APIs that access tokens are made for: of this provider, of clients.yaml, made here',
    query: z.strictObject({
      query: z.string().max(200).optional(),
      origin: resourceOrigin.optional(),
      ...paging,
    }),
    answers: { 200: { says: 'A page of them, by identifier.', shape: pageShape(resourceLine) } },
    run: async ({ resources }, { actor, query }) => {
      return { status: 200, body: await resources.list(actor, query) }
    },
  }),
  operation({
    ...bare,
    id: 'createResource',
    method: 'post',
    path: '/resources',
    act: 'resources.create',
    summary: 'Declares an API, in the words of clients.yaml',
    body: clientFields,
    answers: { 201: detail, 422: invalid },
    run: async ({ resources }, { actor, body }) => replyOf(await resources.create(actor, body), 201),
  }),
  operation({
    ...bare,
    id: 'showResource',
    method: 'get',
    path: '/resources/{resource}',
    act: 'resources.show',
    summary: 'An API, with the clients that may ask for tokens for it',
    answers: { 200: detail },
    run: async ({ resources }, { actor, path }) =>
      showing(await resources.show(actor, path['resource'] ?? ''), 200),
  }),
  operation({
    ...bare,
    id: 'editResource',
    method: 'put',
    path: '/resources/{resource}',
    act: 'resources.edit',
    summary: 'Changes an API to what is given, where `If-Match` names the version that it has',
    takesVersion: true,
    body: clientFields,
    answers: { 200: detail, 412: outdated, 422: invalid },
    run: async ({ resources }, { actor, path, body, ifMatch }) => {
      if (ifMatch === undefined) throw new Fault('admin_version_missing')
      const change = { fields: body, version: ifMatch }
      return replyOf(await resources.edit(actor, path['resource'] ?? '', change), 200)
    },
  }),
  operation({
    ...bare,
    id: 'removeResource',
    method: 'delete',
    path: '/resources/{resource}',
    act: 'resources.remove',
    summary: 'Removes an API for which no client that was made here may ask for tokens',
    answers: { 204: { says: 'Done.' }, 409: inUse },
    run: async ({ resources }, { actor, path }) => {
      await resources.remove(actor, path['resource'] ?? '')
      return { status: 204 }
    },
  }),
]

function showing(resource: ResourceDetail, status: number): Reply {
  return { status, body: resource, version: resource.version }
}

function replyOf(outcome: ResourceOutcome, status: number): Reply {
  switch (outcome.outcome) {
    case 'saved':
      return showing(outcome.resource, status)
    case 'invalid':
      return invalidReply(422, outcome.problems)
    case 'outdated':
      throw new Fault('admin_outdated')
  }
}
