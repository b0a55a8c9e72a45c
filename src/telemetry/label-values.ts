/** Words that labels may have, where no other part of the house lists them. */

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** What `interactions/guidance.ts` has a sentence for. */
export const hints = [
  'no_face',
  'two_faces',
  'too_small',
  'too_large',
  'off_centre',
  'dark',
  'bright',
  'blurred',
  'turned',
  'moving',
  'pose_front',
  'pose_left',
  'pose_right',
  'pose_up',
  'pose_down',
  'pose_closer',
  'slower',
  'same_as_before',
  'someone_else',
  'frame_lost',
] as const

export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const

/** As the protocol library names them. */
export const protocolPlaces = [
  'authorization',
  'backchannel',
  'code_verification',
  'device_authorization',
  'device_resume',
  'discovery',
  'end_session',
  'end_session_confirm',
  'grant',
  'introspection',
  'jwks',
  'pushed_authorization_request',
  'registration_create',
  'registration_delete',
  'registration_read',
  'registration_update',
  'resume',
  'revocation',
  'userinfo',
] as const

/** RFC 6749 §§4.1.2.1, 5.2; OpenID Connect Core §3.1.2.6; RFC 6750, 7591, 8628, 8707, 9126, 9396, 9449, 9470. */
export const protocolErrors = [
  'access_denied',
  'account_selection_required',
  'authorization_pending',
  'consent_required',
  'expired_token',
  'insufficient_scope',
  'insufficient_user_authentication',
  'interaction_required',
  'invalid_authorization_details',
  'invalid_client',
  'invalid_client_metadata',
  'invalid_dpop_proof',
  'invalid_grant',
  'invalid_redirect_uri',
  'invalid_request',
  'invalid_request_object',
  'invalid_request_uri',
  'invalid_scope',
  'invalid_software_statement',
  'invalid_target',
  'invalid_token',
  'login_required',
  'registration_not_supported',
  'request_not_supported',
  'request_uri_not_supported',
  'server_error',
  'slow_down',
  'temporarily_unavailable',
  'unapproved_software_statement',
  'unauthorized_client',
  'unmet_authentication_requirements',
  'unsupported_grant_type',
  'unsupported_response_mode',
  'unsupported_response_type',
  'unsupported_token_type',
  'use_dpop_nonce',
] as const

/** So many types at most; each is a word of our own source, never of a request. */
export const auditTypes = 120
