# What SSSD does at a sign-in, step by step: its own helper asks for a code, waits, and tells who it was.
set -eu
helper=/usr/libexec/sssd/oidc_child
about="--device-auth-endpoint=$ISSUER/device-authorization --token-endpoint=$ISSUER/token
  --userinfo-endpoint=$ISSUER/userinfo --jwks-uri=$ISSUER/jwks
  --client-id=$CLIENT_ID --client-secret=$CLIENT_SECRET --scope=openid ${CA_FILE:+--ca-db=$CA_FILE}"

# shellcheck disable=SC2086 # each word is an option
code=$($helper --logger=stderr --get-device-code $about)
echo "$code"

# shellcheck disable=SC2086
printf '%s' "$code" | head -n 1 | $helper --logger=stderr --get-access-token $about --user-identifier-attribute=sub
