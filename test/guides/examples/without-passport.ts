import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { authorizationURL, WeChatAPIError, WeChatClient } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  COOKIE_SECRET = crypto.randomUUID(),
  WECHAT_APP_ID: clientID = '',
  WECHAT_APP_SECRET: clientSecret = '',
  EMULATOR_URL, // unset in production: WeChat itself
} = process.env;

const origin = `http://localhost:${PORT}`;
const wechat = new WeChatClient({ clientID, clientSecret, apiOrigin: EMULATOR_URL });

// Next: app/auth/wechat/route.ts. Hono: app.get('/auth/wechat', beginLogin).
function beginLogin(): Response {
  const state = crypto.randomUUID();
  const callbackURL = `${origin}/auth/wechat/callback`;
  const url = authorizationURL({ clientID, callbackURL, state, openOrigin: EMULATOR_URL });
  return redirect(url, cookie('wechat-state', state, 30 * 60));
}

// Next: app/auth/wechat/callback/route.ts. Hono: app.get('/auth/wechat/callback', (c) => finishLogin(c.req.raw)).
async function finishLogin(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const [code, state] = [searchParams.get('code'), searchParams.get('state')];
  // Only the browser that began this login has its state in a cookie.
  if (!state || state !== readCookie(request, 'wechat-state')) return again(403);
  if (!code) return again(401); // cancelled in WeChat
  try {
    const { access_token, openid, unionid } = await wechat.exchangeCode(code);
    const { nickname = '' } = await wechat.userInfo(access_token, openid);
    // Find or create your own user here.
    const user = JSON.stringify({ id: unionid ?? openid, name: nickname });
    return redirect('/', cookie('user', user, 7 * 24 * 3600), cookie('wechat-state', '', 0));
  } catch (error) {
    if (error instanceof WeChatAPIError && ['code', 'blocked'].includes(error.kind))
      return again(error.status);
    throw error; // WeChat cannot be reached, or the configuration is wrong
  }
}

function home(request: Request): Response {
  return Response.json({ user: JSON.parse(readCookie(request, 'user') ?? 'null') as unknown });
}

function again(status: number): Response {
  return new Response('Please log in again: /auth/wechat', { status });
}

function redirect(location: string, ...cookies: string[]): Response {
  const headers = new Headers({ Location: location });
  for (const line of cookies) headers.append('Set-Cookie', line);
  return new Response(null, { status: 302, headers });
}

/** A signed cookie. Its end is signed, too, so that a copy does not live longer. */
function cookie(name: string, value: string, seconds: number): string {
  const content = Buffer.from(JSON.stringify([value, Date.now() + seconds * 1000])).toString('base64url');
  // With https: add "; Secure", and begin the name with "__Host-".
  return `${name}=${content}.${sign(name, content)}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
}

function readCookie(request: Request, name: string): string | undefined {
  const cookies = request.headers.get('Cookie')?.split('; ') ?? [];
  const [content = '', signature = ''] =
    cookies
      .find((pair) => pair.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .split('.') ?? [];
  const [given, expected] = [Buffer.from(signature), Buffer.from(sign(name, content))];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const [value, end] = JSON.parse(Buffer.from(content, 'base64url').toString()) as [string, number];
  return end > Date.now() ? value : undefined;
}

function sign(name: string, content: string): string {
  return createHmac('sha256', COOKIE_SECRET).update(`${name}=${content}`).digest('base64url');
}

// Next and Hono do what follows by themselves.
async function respond(request: Request): Promise<Response> {
  switch (new URL(request.url).pathname) {
    case '/auth/wechat':
      return beginLogin();
    case '/auth/wechat/callback':
      return finishLogin(request);
    case '/':
      return home(request);
    default:
      return new Response('There is no such page.', { status: 404 });
  }
}

const server = createServer((req, res) => {
  respond(new Request(`${origin}${req.url}`, { headers: { Cookie: req.headers.cookie ?? '' } }))
    .catch((error: unknown) => {
      console.error(error);
      return new Response('WeChat does not respond, please try again.', { status: 502 });
    })
    .then(async (response) => {
      res.setHeaders(response.headers).writeHead(response.status);
      res.end(await response.text());
    });
});
server.listen(Number(PORT), () => console.log(`Open ${origin}`));
