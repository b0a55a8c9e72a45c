/** Runs other programs: waits for them, passes signals on, and gives back their exit code. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** @typedef {import('node:child_process').SpawnOptions} SpawnOptions */

/**
 * Runs to the end with the terminal shared; a program that a signal ended gives 128 + its number, as in a shell.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
  })
}

/**
 * Runs in our place: signals meant for us reach the child, and we end as it ends.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions} options
 * @returns {Promise<number>}
 */
export function become(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        // Ctrl-C in a terminal reaches the whole process group: the child has this one already.
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
      })
    }
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
  })
}

/**
 * Runs quietly and gives back what was printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 where the program is not there
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const take = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString()
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)
    child.once('error', () => resolve({ code: 127, output }))
    child.once('close', (code) => resolve({ code: code ?? 128, output }))
  })
}

/**
 * Runs npm, the one that runs us where there is one.
 * @param {string} root
 * @param {readonly string[]} args
 */
export function npm(root, args) {
  const script = process.env['npm_execpath']
  if (script !== undefined && /\.c?js$/.test(script))
    return run(process.execPath, [script, ...args], { cwd: root })
  // npm is a shell script on Windows, which only a shell can start; the arguments are ours alone.
  return run('npm', args, { cwd: root, shell: process.platform === 'win32' })
}
