# omniauth-oauth2 has no provider for WeChat in Debian; this is the least that one on top of it has to do.
require 'json'
require 'net/http'
require 'omniauth-oauth2'
require 'rack/mock'
require 'socket'

PORT = Integer(ENV.fetch('EMULATOR_PORT'))
APPID = 'wx2000000000000002'
SECRET = '20000000000000000000000000000002'

# WeChat's names lead to the emulator; TLS goes on to verify them.
class << Socket
  alias tcp_elsewhere tcp
  def tcp(host, port, *rest, **options, &block)
    return tcp_elsewhere('127.0.0.1', PORT, *rest, **options, &block) if host.end_with?('.weixin.qq.com')
    raise "#{host} is not one of WeChat's hosts" unless %w[localhost 127.0.0.1].include?(host)

    tcp_elsewhere(host, port, *rest, **options, &block)
  end
end

module OmniAuth
  module Strategies
    class WeChat < OmniAuth::Strategies::OAuth2
      option :name, 'wechat'
      option :client_options,
             site: 'https://api.weixin.qq.com',
             authorize_url: 'https://open.weixin.qq.com/connect/oauth2/authorize',
             token_url: '/sns/oauth2/access_token',
             token_method: :get,
             auth_scheme: :request_body

      uid { raw_info['unionid'] || raw_info['openid'] }
      info { { name: raw_info['nickname'] } }

      def authorize_params
        known = super
        { appid: options.client_id, redirect_uri: callback_url, response_type: 'code', scope: 'snsapi_userinfo',
          state: known[:state] }
      end

      def request_phase
        redirect "#{options.client_options.authorize_url}?#{URI.encode_www_form(authorize_params)}#wechat_redirect"
      end

      def build_access_token
        params = { appid: options.client_id, secret: options.client_secret, code: request.params['code'],
                   grant_type: 'authorization_code', parse: :json }
        client.get_token(params)
      end

      def raw_info
        @raw_info ||= JSON.parse(
          client.request(:get, '/sns/userinfo',
                         params: { access_token: access_token.token, openid: access_token['openid'], lang: 'zh_CN' },
                         parse: :plain).body.force_encoding('UTF-8')
        )
      end
    end
  end
end

def control(path, body = nil)
  uri = URI("https://localhost:#{PORT}/_emulator#{path}")
  response = if body
               Net::HTTP.post(uri, JSON.generate(body), 'Content-Type' => 'application/json')
             else
               Net::HTTP.get_response(uri)
             end
  JSON.parse(response.body)
end

OmniAuth.config.allowed_request_methods = [:get]
OmniAuth.config.silence_get_warning = true
OmniAuth.config.logger.level = Logger::ERROR
session = {}
inner = ->(env) { [200, {}, [JSON.generate(env['omniauth.auth'] || { error: env['omniauth.error']&.message })]] }
app = OmniAuth::Strategies::WeChat.new(inner, APPID, SECRET)
visit = lambda do |path|
  Rack::MockRequest.new(app).get("http://localhost:8000#{path}", 'rack.session' => session)
end

address = visit.call('/auth/wechat')['Location']
callback = URI(control('/phone/open', url: address, user: 'amei').fetch('url'))
profile = JSON.parse(visit.call(callback.request_uri).body)
control('/requests').each { |request| puts "   #{request['method']} #{request['path']} #{request['query'].keys.join(' ')}" }
outcome = control('/logins').first['outcome']
abort "omniauth: #{profile.inspect}, #{outcome}" unless profile.dig('info', 'name') == '阿梅🌸' && outcome == 'done'
puts 'omniauth-oauth2: logged in'
