# As sign-in.sh, for a terminal of which the operator knows nothing yet: it registers itself.
set -e
eval "$(oidc-agent)"
trap 'oidc-agent --kill' EXIT

oidc-gen mien --flow=device --issuer="$ISSUER/" --at="$REGISTRATION_TOKEN" \
  --scope='openid email offline_access' --confirm-default --pw-env --prompt=none

oidc-token mien
oidc-token mien --force-new
