/** The commands about those who administer. */

export const adminCommands = {
  admin: {
    summary: 'See who administers, let somebody become an owner, dismiss somebody',
    usage: [
      'mien admin token [--json]',
      'mien admin list [--json]',
      'mien admin remove ACCOUNT [--force] [--json]',
    ].join('\n       '),
    details: [
      'token             make a one-time address: whoever opens it within a day and signs in with two factors becomes',
      '                  an owner; an address that was made this way before is worth nothing any more',
      'list              administrators with their roles',
      'remove            the account stays, and administers no more; the last owner only with --force',
      'ACCOUNT           an e-mail address, or the id of a subject',
    ],
    examples: ['mien admin token', 'mien admin list --json', 'mien admin remove ada@example.com'],
    run: async (args: readonly string[]) => (await import('./admin.ts')).admin(args),
  },
} as const
