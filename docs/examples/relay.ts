import express, { type Request } from 'express';

const {
  PORT = '3000',
  RELAY_URL = `http://localhost:${PORT}`, // https://login.example.com, the callback domain at WeChat
  CALLBACKS = '', // https://shop.example.com/auth/wechat/callback https://blog.example.com/auth/wechat/callback
  WECHAT_URL = 'https://open.weixin.qq.com',
} = process.env;

const callbacks = new Set(CALLBACKS.split(' ')); // whole URLs: who may choose the path may find a redirect there
const queryOf = (req: Request) => new URLSearchParams(req.originalUrl.split('?')[1]);

const app = express();
app.use((_req, res, next) => {
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  next();
});
app.get(['/connect/qrconnect', '/connect/oauth2/authorize'], (req, res) => {
  const query = queryOf(req);
  const callback = query.get('redirect_uri') ?? '';
  if (!callbacks.has(callback)) return res.status(400).send('This callback is not on the list of the relay.');
  query.set('redirect_uri', `${RELAY_URL}/callback?to=${encodeURIComponent(callback)}`);
  res.redirect(`${WECHAT_URL}${req.path}?${query}#wechat_redirect`);
});
app.get('/callback', (req, res) => {
  const query = queryOf(req);
  const callback = query.get('to') ?? '';
  if (!callbacks.has(callback)) return res.status(400).send('This callback is not on the list of the relay.');
  query.delete('to');
  res.redirect(`${callback}?${query}`);
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open ${RELAY_URL}`);
});
