/** Where the protocol answers. */

export const routes = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
  end_session: '/logout',
  revocation: '/revoke',
  introspection: '/introspect',
  pushed_authorization_request: '/par',
  registration: '/register',
  device_authorization: '/device-authorization',
  /** Typed by hand, so it is short. */
  code_verification: '/device',
} as const
