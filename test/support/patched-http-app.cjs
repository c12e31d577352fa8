// Logins in a process of its own, on the built package, while a tool that many apps use has patched Node's http or
// its timers: such tools hook into `require`, which jest replaces. Sends what it saw to the parent process.
const axios = require('axios');
const http = require('node:http');

const TOKENS = { access_token: 'T', openid: 'o', scope: 'snsapi_login' };
const USER = { openid: 'o', nickname: 'n' };
const HOSTS = ['https://api.weixin.qq.com', 'https://api2.weixin.qq.com'];
const EXCHANGE = '/sns/oauth2/access_token';

/** What each tool does before the package is loaded, or after it; and where the calls go, if not to a server. */
const TOOLS = {
  OpenTelemetry: {
    before() {
      const { propagation } = require('@opentelemetry/api');
      const { W3CTraceContextPropagator } = require('@opentelemetry/core');
      const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
      const sdk = require('@opentelemetry/sdk-trace-base');
      propagation.setGlobalPropagator(new W3CTraceContextPropagator());
      const exporter = new sdk.InMemorySpanExporter();
      const spanProcessors = [new sdk.SimpleSpanProcessor(exporter)];
      const instrumentation = new HttpInstrumentation({
        disableIncomingRequestInstrumentation: true,
        redactedQueryParams: ['secret', 'code', 'js_code', 'access_token', 'refresh_token'],
      });
      instrumentation.setTracerProvider(new sdk.BasicTracerProvider({ spanProcessors }));
      instrumentation.enable();
      require('http').request;
      return {
        more: () => ({ urls: exporter.getFinishedSpans().map((span) => span.attributes['url.full']) }),
      };
    },
  },
  'nock 13': { before: () => mockWithNock(require('nock13')) },
  'nock 14': { before: () => mockWithNock(require('nock')) },
  'msw 2': {
    before() {
      const { http: handle, HttpResponse } = require('msw');
      const requests = [];
      const respond = (path, body) =>
        handle.get(`*${path}`, ({ request }) => {
          requests.push(new URL(request.url).host);
          return new URL(request.url).searchParams.get('code') === 'BAD'
            ? new HttpResponse('', { status: 502 })
            : HttpResponse.json(body);
        });
      const mock = require('msw/node').setupServer(respond(EXCHANGE, TOKENS), respond('/sns/userinfo', USER));
      mock.listen({ onUnhandledRequest: 'error' });
      return { apiOrigin: HOSTS, more: () => ({ requests }) };
    },
  },
  'fake timers': {
    after() {
      // What Vitest fakes by default: all but these.
      require('@sinonjs/fake-timers').install({ toNotFake: ['nextTick', 'queueMicrotask'] });
    },
  },
};

function mockWithNock(nock) {
  nock.disableNetConnect();
  const requests = [];
  for (const host of HOSTS) {
    const respond = (body) =>
      function () {
        requests.push(this.req.headers.host?.toString() ?? new URL(host).host);
        return this.req.path.includes('code=BAD') ? [502, ''] : [200, body];
      };
    nock(host).persist().get(EXCHANGE).query(true).delay(20).reply(respond(TOKENS));
    nock(host).persist().get('/sns/userinfo').query(true).reply(respond(USER));
  }
  return { apiOrigin: HOSTS, more: () => ({ requests }) };
}

async function main() {
  const tool = TOOLS[process.argv[2]];
  const headers = [];
  const server = http.createServer((req, res) => {
    headers.push(req.headers);
    const bad = req.url.includes('code=BAD');
    res.statusCode = bad ? 502 : 200;
    res.end(bad ? '' : JSON.stringify(req.url.startsWith(EXCHANGE) ? TOKENS : USER));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const { apiOrigin = [origin, origin], more = () => ({}) } = tool.before?.() ?? {};
  const { WeChatClient } = require('passport-wechat-oauth2');
  tool.after?.();

  const endings = [];
  const end = async (call) => endings.push(await call.catch(({ name, message }) => `${name}: ${message}`));
  for (const own of [undefined, axios.create()]) {
    const client = new WeChatClient({
      clientID: 'wx1',
      clientSecret: 's',
      apiOrigin,
      timeout: 3000,
      axios: own,
    });
    for (const code of ['one', 'two', 'three']) {
      await end(client.exchangeCode(code).then(({ openid }) => openid));
      await end(client.userInfo('T', 'o').then(({ nickname }) => nickname));
    }
    await end(client.exchangeCode('BAD'));
  }
  process.send({ endings, headers, ...more() }, () => process.exit());
}

void main();
