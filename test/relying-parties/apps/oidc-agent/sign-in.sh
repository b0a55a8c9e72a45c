# Signs somebody in who has a terminal here and a browser anywhere, and prints access tokens.
set -e
eval "$(oidc-agent)"
trap 'oidc-agent --kill' EXIT

# Asks once; the account is kept sealed under $OIDC_ENCRYPTION_PW.
oidc-gen mien --manual --flow=device --issuer="$ISSUER/" \
  --client-id="$CLIENT_ID" --client-secret="$CLIENT_SECRET" \
  --redirect-uri=http://localhost:8080/ --scope='openid email offline_access' \
  --pw-env --prompt=none

oidc-token mien
# By the refresh token, whenever a new one is needed.
oidc-token mien --force-new
