/** The devices that a subject trusts: on these a face is enough. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Render } from '../http/render.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { csrfOf, readAct, seeOther, type GuardDependencies } from './guards.ts'
import { signInUrl } from './sign-in.ts'
import { viewSessions, type SessionList } from './sessions.ts'
import { viewDevices, type AccountRecords } from './view.ts'

export interface DevicesSectionDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly records: Pick<AccountRecords, 'listDevices'>
  readonly devices: { revoke(subjectId: string, id: string): Promise<void> }
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
    sessions: await viewSessions(dependencies.activeSessions, signedIn),
    endSessionAction: '/account/sessions/end',
    endOthersAction: '/account/sessions/end-others',
    endAllAction: '/account/sessions/end-all',
  })
}
