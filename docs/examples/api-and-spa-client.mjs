const API_URL = 'http://localhost:3000';

/** For the button "Log in with WeChat": leaves the page. */
export async function logIn() {
  const verifier = crypto.randomUUID() + crypto.randomUUID();
  sessionStorage.setItem('verifier', verifier);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const challenge = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
  location.assign(`${API_URL}/auth/wechat?challenge=${challenge}`);
}

/**
 * For the route /login, which the browser comes back to.
 *
 * @returns the token, why there is none, or nothing when no login has ended here
 */
export async function finishLogin() {
  const params = new URLSearchParams(location.search);
  history.replaceState(null, '', location.pathname); // a reload would bring the code again
  if (params.has('failed')) return { failed: params.get('failed') };
  if (!params.has('code')) return {};
  const verifier = sessionStorage.getItem('verifier');
  sessionStorage.removeItem('verifier');
  const response = await fetch(`${API_URL}/auth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: params.get('code'), verifier }),
  });
  return response.ok ? response.json() : { failed: 'code' };
}
