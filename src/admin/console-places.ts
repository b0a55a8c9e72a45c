/** The places of the console, in the order of its menu. */
import type { Place } from '../http/admin-lines.ts'
import type { Act } from './authority.ts'

/** Drawings of 24 × 24, in lines of one width. */
const places = [
  {
    name: 'Overview',
    at: '',
    act: 'health.report',
    icon: 'M4 13h6V4H4zM14 20h6V11h-6zM4 20h6v-3H4zM14 7h6V4h-6z',
  },
  {
    name: 'People',
    at: 'subjects',
    act: 'subjects.search',
    icon: 'M9 11a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18.5 14.6c1.9 1 3 2.9 3 5.4',
  },
  {
    name: 'Apps',
    at: 'clients',
    act: 'clients.list',
    icon: 'M4 4h7v7H4zM13.5 4H20v7h-6.5zM4 13.5h7V20H4zM16.75 13.5v6.5M13.5 16.75h6.5',
  },
  {
    name: 'APIs',
    at: 'apis',
    act: 'resources.list',
    icon: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5l8-4.5M12 12v9',
  },
  { name: 'Sessions', at: 'sessions', act: 'sessions.list', icon: 'M3 5h18v11H3zM8 20h8M12 16v4' },
  {
    name: 'Access of apps',
    at: 'grants',
    act: 'sessions.listGrants',
    icon: 'M9.5 14.5l5-5M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16M11 8l2.5-2.5a3.5 3.5 0 0 1 5 5L16 13',
  },
  {
    name: 'Signing keys',
    at: 'keys',
    act: 'keys.list',
    icon: 'M8 16a4 4 0 1 0 0-8a4 4 0 0 0 0 8zM12 12h9M18 12v4M15 12v2.5',
  },
  {
    name: 'Audit trail',
    at: 'audit',
    act: 'audit.list',
    icon: 'M6 3h9l4 4v14H6zM15 3v4h4M9.5 12h6M9.5 16h6',
  },
  {
    name: 'Face matching',
    at: 'calibration',
    act: 'calibration.inForce',
    icon: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9 10v.500M15 10v.500M9 14.5c1.8 1.6 4.2 1.6 6 0',
  },
  {
    name: 'Workers',
    at: 'workers',
    act: 'health.report',
    icon: 'M4 5h16v5H4zM4 14h16v5H4zM7.5 7.5v.100M7.5 16.5v.1',
  },
  { name: 'Mail waiting', at: 'outbox', act: 'outbox.list', icon: 'M3 6h18v12H3zM3 7l9 6l9-6' },
  {
    name: 'Administrators',
    at: 'administrators',
    act: 'administrators.list',
    icon: 'M12 3l8 3v5.5c0 4.5-3.2 7.8-8 9.5c-4.8-1.7-8-5-8-9.5V6zM9 12l2 2l4-4',
  },
] as const

/** Those that the role may see, and which of them this page is. @param maySee by the name of the act that shows the place */
export function placesOf(current: string, maySee: (act: Act) => boolean): Place[] {
  return places
    .filter(({ act }) => maySee(act))
    .map(({ name, at, icon }) => ({
      name,
      url: at === '' ? '/admin' : `/admin/${at}`,
      icon,
      isCurrent: at === current,
    }))
}
