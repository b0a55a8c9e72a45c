/** The devices that a subject trusts: on these a face is enough. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Render } from '../http/render.ts'
import type { Form } from '../http/request-guards.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { readLabel } from '../interactions/label.ts'
import { csrfOf, readAct, seeOther, type GuardDependencies } from './guards.ts'
import { signInUrl, type SignedIn } from './sign-in.ts'
import { viewSessions, type SessionList } from './sessions.ts'
import { viewDevices, type AccountRecords } from './view.ts'

export interface DevicesSectionDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly records: Pick<AccountRecords, 'listDevices'>
  readonly devices: {
    revoke(subjectId: string, id: string): Promise<void>
    rename(subjectId: string, id: string, name: string): Promise<boolean>
  }
  readonly activeSessions: SessionList
  readonly events: AccountEvents
}

export function devicesSection(router: Router, dependencies: DevicesSectionDependencies): void {
  router.get('/account/devices', (ctx) => showDevices(dependencies, ctx))
  router.post('/account/devices/remove', async (ctx) => {
    const { signedIn, form } = await readAct(dependencies, ctx)
    await dependencies.devices.revoke(signedIn.subjectId, form['device'] ?? '')
    await dependencies.events.happened({
      type: 'device_removed',
      subjectId: signedIn.subjectId,
      address: ctx.ip,
    })
    seeOther(ctx, '/account/devices')
  })
  router.post('/account/devices/rename', async (ctx) => {
    const { signedIn, form } = await readAct(dependencies, ctx)
    await renameDevice(dependencies, ctx, { signedIn, form })
    seeOther(ctx, '/account/devices')
  })
}

/** Of a device that is not the subject’s, or no longer trusted, nothing is said and nothing changed. */
async function renameDevice(
  { devices, events }: DevicesSectionDependencies,
  ctx: Context,
  { signedIn: { subjectId }, form }: { readonly signedIn: SignedIn; readonly form: Form },
): Promise<void> {
  const name = readLabel(form['name'], 'A browser')
  if (!(await devices.rename(subjectId, form['device'] ?? '', name))) return
  await events.happened({ type: 'device_renamed', subjectId, address: ctx.ip, detail: { name } })
}

async function showDevices(dependencies: DevicesSectionDependencies, ctx: Context): Promise<void> {
  const signedIn = await dependencies.sessions.signedIn(ctx)
  if (signedIn === undefined) {
    seeOther(ctx, signInUrl(dependencies.issuer, 'face', 'devices'))
    return
  }
  await dependencies.render(ctx, 'account-devices', {
    csrf: csrfOf(dependencies, signedIn),
    devices: viewDevices(await dependencies.records.listDevices(signedIn.subjectId)),
    removeDeviceAction: '/account/devices/remove',
    renameDeviceAction: '/account/devices/rename',
    sessions: await viewSessions(dependencies.activeSessions, signedIn),
    endSessionAction: '/account/sessions/end',
    endOthersAction: '/account/sessions/end-others',
    endAllAction: '/account/sessions/end-all',
  })
}
