/** What the page of devices and sessions is shown with. */
import type { PageLocals } from '../../src/http/pages.ts'

const csrf = 'sample-token'

export const deviceLocals: Pick<PageLocals, 'account-devices'> = {
  'account-devices': {
    csrf,
    devices: [
      {
        id: '5f0c1c52-6d0f-4f54-9a86-0d1a8d0a8a11',
        name: 'Firefox on Linux',
        since: '2026-11-02T09:12:00Z',
        lastUsedAt: '2026-11-23T08:01:00Z',
      },
      {
        id: '0f6f4d4e-3a43-4c0e-8f1e-2b1f8a5f7c22',
        name: 'Chrome on Android',
        since: '2026-11-20T19:30:00Z',
        lastUsedAt: undefined,
      },
    ],
    removeDeviceAction: '/account/devices/remove',
    renameDeviceAction: '/account/devices/rename',
    sessions: [
      {
        id: 'c1d9e0b4-0a0e-4f0e-9f5f-6a1f3f0c1a01',
        family: 'Firefox on Linux',
        signedInBy: 'Face on a trusted device',
        since: '2026-11-23T08:01:00Z',
        lastSeenAt: '2026-11-23T08:20:00Z',
        isCurrent: true,
      },
      {
        id: 'c1d9e0b4-0a0e-4f0e-9f5f-6a1f3f0c1a02',
        family: 'Samsung Internet on Android',
        signedInBy: 'Password',
        since: '2026-11-22T17:40:00Z',
        lastSeenAt: '2026-11-22T18:05:00Z',
        isCurrent: false,
      },
    ],
    endSessionAction: '/account/sessions/end',
    endOthersAction: '/account/sessions/end-others',
    endAllAction: '/account/sessions/end-all',
  },
}
