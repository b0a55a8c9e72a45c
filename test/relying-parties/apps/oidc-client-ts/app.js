/** A page that signs people in with oidc-client-ts; it has no server of its own. */
const { UserManager, WebStorageStateStore } = globalThis.oidc

const database = await new Promise((resolve, reject) => {
  const opening = indexedDB.open('sign-in', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('users')
  opening.onsuccess = () => resolve(opening.result)
  opening.onerror = () => reject(opening.error)
})
const ask = (mode, wish) =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction('users', mode)
    const request = wish(transaction.objectStore('users'))
    transaction.oncomplete = () => resolve(request.result ?? null)
    transaction.onabort = () => reject(transaction.error)
  })
/** One sign-in for all tabs. What one tab has written here the next one reads; in localStorage it may come late. */
const store = {
  getItem: (key) => ask('readonly', (users) => users.get(key)),
  setItem: (key, value) => ask('readwrite', (users) => users.put(value, key)),
  removeItem: (key) => ask('readwrite', (users) => users.delete(key)),
  key: async (index) => (await ask('readonly', (users) => users.getAllKeys()))[index] ?? null,
  get length() {
    return ask('readonly', (users) => users.count())
  },
}

// Or written here: where the provider is, and what this page is called there.
const { issuer, clientId } = await (await fetch('settings.json')).json()
const here = `${location.origin}/`

const users = new UserManager({
  authority: issuer,
  client_id: clientId,
  redirect_uri: here,
  silent_redirect_uri: here,
  post_logout_redirect_uri: here,
  scope: 'openid email offline_access',
  // Refresh tokens are given where the person is asked for consent.
  prompt: 'consent',
  loadUserInfo: true,
  // By default `acr` and `amr`, how the person signed in, are taken out as well.
  filterProtocolClaims: ['nbf', 'jti', 'nonce', 'azp', 'at_hash'],
  userStore: new WebStorageStateStore({ store }),
  automaticSilentRenew: false,
})

const show = (state) => {
  document.getElementById('state').textContent = JSON.stringify(state)
}

const showUser = async () => {
  const user = await users.getUser()
  show({ claims: user?.profile ?? null, accessToken: user?.access_token ?? null })
}

// A refresh token works once: tabs take turns, and each finds what the one before has put into the store.
const refresh = () => navigator.locks.request('refresh', () => users.signinSilent())

/** Asks in a hidden frame whether the person is still signed in at the provider. */
const check = () => navigator.locks.request('refresh', () => users.signinSilent({ forceIframeAuth: true }))

const onClick = (id, act) => {
  document.getElementById(id).addEventListener('click', () => {
    act().catch((error) => show({ error: error.error ?? String(error) }))
  })
}
onClick('sign-in', () => users.signinRedirect())
onClick('refresh', async () => {
  await refresh()
  await showUser()
})
onClick('check', async () => {
  await check()
  await showUser()
})
onClick('sign-out', () => users.signoutRedirect())

const answer = new URLSearchParams(location.search)
if (window.parent !== window) {
  // This page in the hidden frame: hands the answer to the one around it.
  await users.signinSilentCallback()
} else {
  if (answer.has('code') || answer.has('error')) {
    await users.signinRedirectCallback().catch((error) => show({ error: error.error ?? String(error) }))
    history.replaceState({}, '', here)
  }
  await showUser()
}
