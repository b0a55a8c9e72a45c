/** Dovecot as an ordinary program of the test: its own port, its own folder, the recipe as its settings, and a mail program that speaks to it. */
import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { App, Command } from './apps.ts'

const host = '127.0.0.1'

/** Debian's own user for mail, whose number is the same everywhere. */
const debianMail = { name: 'mail', id: 8 } as const

/** Who is not root runs all of it as themselves. */
function ownUser(): readonly string[] {
  const { username } = userInfo()
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()
  return [
    `default_internal_user = ${username}`,
    `default_internal_group = ${group}`,
    `default_login_user = ${username}`,
  ]
}

/** Everything that Debian's own settings put elsewhere. */
function serverSettings(app: App, folder: string): string {
  const isRoot = process.getuid?.() === 0
  const settings = [
    `base_dir = ${folder}/run`,
    `state_dir = ${folder}/state`,
    'log_path = /dev/stderr',
    'protocols = imap',
    `listen = ${host}`,
    'ssl = no',
    'first_valid_uid = 1',
    'first_valid_gid = 1',
    // Whoever was refused need not wait for the next try, neither for the one answer nor for the address.
    'auth_failure_delay = 0',
    'service anvil {',
    '  unix_listener anvil-auth-penalty {',
    '    mode = 0',
    '  }',
    ...(isRoot ? [] : ['  chroot =']),
    '}',
    ...(isRoot ? [] : ownUser()),
    'service imap-login {',
    '  inet_listener imap {',
    `    port = ${app.port}`,
    '  }',
    '  inet_listener imaps {',
    '    port = 0',
    '  }',
    ...(isRoot ? [] : ['  chroot =']),
    '}',
    `!include ${folder}/auth-oauth2.conf.ext`,
    '',
  ]
  return settings.join('\n')
}

/** Writes the settings into the folder, the recipe's with the real addresses in place of those to be filled in. */
export async function layOutDovecot(app: App, folder: string, issuer: string): Promise<void> {
  const isRoot = process.getuid?.() === 0
  const owner = isRoot ? debianMail.name : userInfo().username
  const mail = join(folder, 'mail')
  for (const each of [folder, mail, join(folder, 'state')]) {
    await mkdir(each, { recursive: true })
    await chmod(each, 0o755)
  }
  if (isRoot) await chown(mail, debianMail.id, debianMail.id)
  const fill = async (name: string, changes: Readonly<Record<string, string>>): Promise<void> => {
    let text = await readFile(join(app.folder, name), 'utf8')
    for (const [from, to] of Object.entries(changes)) text = text.replaceAll(from, to)
    await writeFile(join(folder, name), text)
  }
  await fill('auth-oauth2.conf.ext', {
    '/etc/dovecot/': `${folder}/`,
    'uid=vmail gid=vmail': `uid=${owner} gid=${String(isRoot ? debianMail.id : userInfo().gid)}`,
    '/srv/mail': mail,
  })
  await fill('dovecot-oauth2.conf.ext', { 'https://id.example.com': issuer, '…': app.secret })
  await writeFile(join(folder, 'dovecot.conf'), serverSettings(app, folder))
}

export function dovecotCommand(app: App, folder: string): Command {
  return {
    program: '/usr/sbin/dovecot',
    args: ['-F', '-c', join(folder, 'dovecot.conf')],
    env: { PATH: process.env['PATH'] ?? '' },
    isThere: () => greets(app.port),
  }
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, host)
  try {
    const heard: readonly unknown[] = await once(socket, 'data')
    return String(heard[0]).startsWith('* OK')
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/**
 * Signs in with the token (RFC 7628), leaves a message in the inbox and opens it.
 * @returns what the server said, line by line, from the answer to the token on
 */
export async function openMailbox(port: number, user: string, token: string): Promise<readonly string[]> {
  const socket = connect(port, host)
  const first = Buffer.from(`n,a=${user},\x01auth=Bearer ${token}\x01\x01`).toString('base64')
  const message = 'Subject: Hello\r\n\r\nHello.\r\n'
  const commands = [
    `append APPEND INBOX {${message.length}+}\r\n${message}`,
    'select SELECT INBOX',
    'logout LOGOUT',
  ]
  const said: string[] = []
  const say = (line: string): void => {
    socket.write(`${line}\r\n`)
  }
  try {
    for await (const line of createInterface({ input: socket })) {
      if (said.push(line) === 1) say(`token AUTHENTICATE OAUTHBEARER ${first}`)
      // It says what is wrong with the token, and waits to hear that this was read (§3.2.3).
      else if (line.startsWith('+')) say('AQ==')
      else if (/^token (?!OK)/.test(line)) break
      else if (/^(token|append|select) /.test(line)) say(commands.shift() ?? '')
    }
  } finally {
    socket.destroy()
  }
  return said.slice(1)
}
