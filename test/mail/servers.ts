/** SMTP servers on real sockets: one that takes mails, one that refuses them, one that never answers. */
import { createServer as createTcpServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

export interface Delivered {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
}

export interface MailServer {
  readonly url: string
  readonly mails: Delivered[]
  /** How often a mail was offered. */
  readonly tries: () => number
  readonly close: () => Promise<void>
}

export interface MailServerWish {
  /** So many tries get this reply first. */
  readonly refusals?: number
  readonly replyCode?: number
}

export async function startMailServer({
  refusals = 0,
  replyCode = 451,
}: MailServerWish = {}): Promise<MailServer> {
  const mails: Delivered[] = []
  let tries = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onRcptTo: (_address, _session, callback) => {
      tries += 1
      if (tries > refusals) return callback()
      callback(Object.assign(new Error('not now, ada@example.com'), { responseCode: replyCode }))
    },
    onData: (stream, session, callback) => {
      buffer(stream).then(
        (bytes) => {
          const { mailFrom, rcptTo } = session.envelope
          mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw: bytes.toString(),
          })
          callback()
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error('broken')),
      )
    },
  })
  const { port, close } = await listen(server.server, () => new Promise((resolve) => server.close(resolve)))
  return { url: `smtp://127.0.0.1:${port}`, mails, tries: () => tries, close }
}

/** Takes the connection and says nothing. */
export async function startSilentServer(): Promise<{
  readonly url: string
  readonly close: () => Promise<void>
}> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  const { port, close } = await listen(
    server,
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  )
  return { url: `smtp://127.0.0.1:${port}`, close }
}

async function listen(
  server: Pick<ReturnType<typeof createTcpServer>, 'listen' | 'address'>,
  close: () => Promise<void>,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return { port: address.port, close }
}

/** The decoded parts of a mail that nodemailer wrote: quoted-printable or plain. */
export function textOf(raw: string): string {
  const bytes = raw
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/(?:=[0-9A-F]{2})+/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString())
  return bytes.replaceAll('\r\n', '\n')
}
