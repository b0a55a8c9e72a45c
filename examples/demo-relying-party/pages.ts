/** The three pages of the shop; whatever comes from outside is escaped. */

export function homePage(): string {
  return page(
    'Demo Shop',
    `<p>This shop has no passwords of its own. It asks your sign-in provider who you are.</p>
    <form method="post" action="/sign-in"><button>Sign in with Face</button></form>`,
  )
}

export function claimsPage(claims: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(claims).map(
    ([name, value]) =>
      `<tr><th scope="row"><code>${escape(name)}</code></th><td><code>${escape(textOf(name, value))}</code></td></tr>`,
  )
  return page(
    'You are signed in',
    `<p>This is what the ID token says, after the shop checked its signature, issuer, audience, nonce and age.</p>
    <table><caption>Claims of the ID token</caption><tbody>${rows.join('')}</tbody></table>
    <form method="post" action="/sign-out"><button>Sign out</button></form>`,
  )
}

export function errorPage(message: string): string {
  return page('Not signed in', `<p>${escape(message)}</p><p><a href="/">Back to the shop</a></p>`)
}

const instants = new Set(['iat', 'exp', 'auth_time'])

function textOf(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (!instants.has(name) || typeof value !== 'number') return text
  return `${text} (${new Date(value * 1000).toISOString()})`
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escape(title)}</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <main>
    <h1>${escape(title)}</h1>
    ${content}
    </main>
  </body>
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

export const style = `:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e8eaed); --paper: light-dark(#f6f5f2, #15181c);
  --card: light-dark(#fff, #1e2227); --line: light-dark(#d8d6d0, #3a4048); --accent: light-dark(#0b5d51, #6fd3c2);
  --on-accent: light-dark(#fff, #06231e) }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
main { width: min(42rem, 100%); padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25 }
button { min-height: 44px; padding: 0 1.25rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px }
table { width: 100%; margin: 1rem 0 1.5rem; border-collapse: collapse }
caption { padding-bottom: .5rem; text-align: start; font-weight: 600 }
th, td { padding: .5rem .5rem .5rem 0; text-align: start; vertical-align: top; border-top: 1px solid var(--line) }
td { overflow-wrap: anywhere }
`
