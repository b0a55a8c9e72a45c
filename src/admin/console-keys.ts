/** The signing keys: which sign, which will, which only verify; changing them in good order, or because they leaked. */
import type Router from '@koa/router'
import { Fault } from '../errors.ts'
import type { Badge } from '../http/admin-lines.ts'
import {
  frameOf,
  may,
  onAct,
  onPage,
  sentToFresh,
  type ConsoleDependencies,
  type Here,
} from './console-kit.ts'
import type { KeyLine } from './house-services.ts'

const base = '/admin/keys'

const states: Readonly<Record<KeyLine['state'], Badge>> = {
  signs: { text: 'Signs', tone: 'good' },
  will_sign: { text: 'Next', tone: 'plain' },
  verifies: { text: 'Old, still verifies', tone: 'plain' },
}

export function keysSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services, render } = dependencies
  onPage(router, { path: base, dependencies }, async (here) => {
    const keys = await services.keys.list(here.actor)
    await render(here.ctx, 'admin-keys', {
      frame: await frameOf(dependencies, here, 'keys'),
      keys: keys.map(({ kid, algorithm, state, signsFrom, publishedUntil }) => ({
        id: kid,
        algorithm,
        state: states[state],
        since: signsFrom?.toISOString(),
        until: publishedUntil?.toISOString(),
      })),
      rotateUrl: may(here.actor, 'keys.rotate') ? `${base}/rotate` : undefined,
      leakedUrl: may(here.actor, 'keys.leaked') ? `${base}/leaked` : undefined,
    })
  })
  onPage(router, { path: `${base}/rotate`, dependencies }, async (here) => {
    if (!sentToFresh(dependencies, here, 'keys.rotate')) await showRotate(dependencies, here)
  })
  onPage(router, { path: `${base}/leaked`, dependencies }, async (here) => {
    if (!sentToFresh(dependencies, here, 'keys.leaked')) await showLeaked(dependencies, here, undefined)
  })
  onAct(router, { path: `${base}/rotate`, dependencies }, async ({ actor }) => {
    await services.keys.rotate(actor)
    return { to: base, done: 'keys_rotated' }
  })
  onAct(router, { path: `${base}/leaked`, dependencies }, async (sent) => {
    if (may(sent.actor, 'keys.leaked') && sent.form['understood'] !== 'yes') {
      sent.ctx.status = new Fault('form_invalid').status
      await showLeaked(dependencies, sent, 'Tick the box first.')
      return undefined
    }
    await services.keys.leaked(sent.actor)
    return { to: base, done: 'keys_replaced' }
  })
}

async function showRotate(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  await dependencies.render(here.ctx, 'admin-confirm', {
    frame: await frameOf(dependencies, here, 'keys'),
    heading: 'Change the signing keys?',
    text: 'New keys are made now. Apps can see them at once, and they sign in two hours.',
    points: ['Nobody is signed out.', 'The keys of now go on verifying what they have signed.'],
    act: { action: `${base}/rotate`, text: 'Change the keys', fields: [] },
    typed: undefined,
    box: undefined,
    backUrl: base,
    backText: 'Leave the keys',
    error: undefined,
  })
}

async function showLeaked(
  dependencies: ConsoleDependencies,
  here: Here,
  error: string | undefined,
): Promise<void> {
  await dependencies.render(here.ctx, 'admin-confirm', {
    frame: await frameOf(dependencies, here, 'keys'),
    heading: 'Did the signing keys leak?',
    text: 'Then whoever has them can sign in everywhere as anybody. They are taken away at once, and new ones sign.',
    points: [
      'Whatever the old keys signed is refused: people sign in to their apps again.',
      'Apps that keep our keys for long fail until they fetch the new ones.',
      'Find out first how it happened, or the new keys leak too.',
    ],
    act: { action: `${base}/leaked`, text: 'Replace the keys now', fields: [], isDanger: true },
    typed: undefined,
    box: 'I understand that everything the old keys signed is refused',
    backUrl: base,
    backText: 'Leave the keys',
    error,
  })
}
