# A web server that signs people in with OmniAuth and Sinatra.
require 'json'
require 'omniauth'
require 'omniauth_openid_connect'
require 'sinatra'
require 'uri'

base = ENV.fetch('BASE_URL')
issuer = URI(ENV.fetch('ISSUER'))
# For a provider on this very machine alone: discovery is otherwise by https.
if issuer.scheme == 'http'
  require 'swd'
  SWD.url_builder = URI::HTTP
end

set :port, Integer(ENV.fetch('PORT'))
set :bind, 'localhost'
set :server, 'webrick'
use Rack::Session::Cookie, secret: ENV.fetch('COOKIE_SECRET') * 2, same_site: :lax

# A link would do as well, but any page could send people to it: see CVE-2015-9284.
OmniAuth.config.allowed_request_methods = [:post]
OmniAuth.config.request_validation_phase = nil
use OmniAuth::Builder do
  provider :openid_connect,
           issuer: issuer.to_s,
           discovery: true,
           scope: %i[openid email],
           response_type: :code,
           uid_field: 'sub',
           client_options: {
             identifier: ENV.fetch('CLIENT_ID'),
             secret: ENV.fetch('CLIENT_SECRET'),
             redirect_uri: "#{base}/auth/openid_connect/callback"
           }
end

get '/' do
  content_type :json
  { claims: session[:claims] }.to_json
end

get '/login' do
  '<form method="post" action="/auth/openid_connect"><button>Sign in with Mien</button></form>'
end

# Issuer, audience, nonce, time and signature have been checked by the strategy.
get '/auth/openid_connect/callback' do
  auth = request.env['omniauth.auth']
  signed = OpenIDConnect::ResponseObject::IdToken.decode(auth.credentials.id_token, :skip_verification)
  session[:claims] = signed.raw_attributes.slice('sub', 'acr', 'amr').merge(email: auth.info.email)
  session[:id_token] = auth.credentials.id_token
  redirect '/'
end

get '/logout' do
  provider = OpenIDConnect::Discovery::Provider::Config.discover!(issuer.to_s)
  wish = { id_token_hint: session[:id_token], post_logout_redirect_uri: "#{base}/" }
  session.clear
  redirect "#{provider.end_session_endpoint}?#{URI.encode_www_form(wish)}"
end
