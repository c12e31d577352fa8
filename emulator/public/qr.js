// The QR page: polls until the phone answers, then goes back to the app. Codes, delays and the way the address is
// built are those of WeChat's own page, read from public captures of it (WeChat documents none of this).
(function () {
  'use strict';

  const page = JSON.parse(document.getElementById('qr_data').textContent);
  const image = document.querySelector('.js_qrcode_img');
  const phoneLink = document.querySelector('.js_phone');
  const expiredCover = document.querySelector('.js_expired');
  const blockedCover = document.querySelector('.js_blocked');
  const framed = window.self !== window.top;
  let uuid = page.uuid;
  // Polls carry the number of the round that they belong to: an answer to an older one changes nothing.
  let round = 0;

  document.documentElement.classList.toggle('framed', framed);

  function show(id) {
    for (const status of document.querySelectorAll('.js_status')) status.hidden = status.id !== id;
  }

  function tellParent(status) {
    if (framed) window.parent.postMessage(JSON.stringify({ type: 'status', status }), '*');
  }

  function expire() {
    round += 1;
    // Nobody can allow any more what was scanned.
    show('wx_default_tip');
    expiredCover.hidden = false;
  }

  function poll(last) {
    const mine = (round += 1);
    const script = document.createElement('script');
    const timer = setTimeout(() => finish(expire), 30000);
    function finish(next) {
      clearTimeout(timer);
      script.remove();
      if (mine === round) next();
    }
    script.onload = () => finish(react);
    script.onerror = () => finish(expire);
    script.src = `/connect/l/qrconnect?uuid=${uuid}${last === undefined ? '' : `&last=${last}`}&_=${Date.now()}`;
    window.wx_errcode = undefined;
    window.wx_redirecturl = undefined;
    document.head.append(script);
  }

  function pollAfter(ms, last) {
    const mine = round;
    setTimeout(() => {
      if (mine === round) poll(last);
    }, ms);
  }

  function react() {
    switch (window.wx_errcode) {
      case 408:
        return pollAfter(2000);
      case 404:
        show('wx_after_scan');
        return pollAfter(100, 404);
      case 403:
        // Only under the emulator's switch `denial`: today's WeChat stays where it is.
        if (window.wx_redirecturl) return navigate(window.wx_redirecturl);
        show('wx_after_cancel');
        return pollAfter(2000, 403);
      case 405:
        // The poll names another address only under the emulator's switch `doubleCallback`.
        return navigate(window.wx_redirecturl || callback(window.wx_code));
      case 402:
        return expire();
      case 500:
        return setTimeout(() => window.location.reload(), 200);
      default:
        show('');
        document.querySelector('.js_stopped').hidden = false;
    }
  }

  function callback(code) {
    // WeChat concatenates: a fragment in redirect_uri swallows the code, and state goes back unescaped.
    const target = page.redirectUri.replace(/&amp;/g, '&');
    return `${target}${target.includes('?') ? '&' : '?'}code=${code}&state=${page.state}`;
  }

  function navigate(url) {
    if (!framed || staysInFrame()) {
      window.location = url;
      return;
    }
    try {
      window.top.location = url;
    } catch {
      // Without a tap in the frame Chromium and WebKit let it move the window only to the site that is there already,
      // Firefox to none. WeChat's page is stuck then; here a developer learns of it, and may go on.
      const reason = document.querySelector('.js_reason');
      if (isOtherSite(url)) reason.textContent = reason.dataset.otherSite;
      blockedCover.hidden = false;
      document.querySelector('.js_proceed').onclick = () => {
        window.top.location = url;
      };
    }
  }

  /** Whether the page around is certainly of another site than the callback; a frame learns its origin at most. */
  function isOtherSite(url) {
    const around = window.location.ancestorOrigins?.[0] || document.referrer;
    if (!around) return false;
    const [page, callback] = [new URL(around).hostname, new URL(url).hostname];
    const site = (host) => (/^[\d.]+$|:/.test(host) ? host : host.split('.').slice(-2).join('.'));
    return site(page) !== site(callback);
  }

  function staysInFrame() {
    if (page.selfRedirect !== 'default') return page.selfRedirect === 'true';
    try {
      return typeof window.top.location.host === 'string';
    } catch {
      return false;
    }
  }

  async function refresh() {
    try {
      const separator = window.location.search ? '&' : '?';
      const address = `${window.location.pathname}${window.location.search}${separator}f=xml&${Date.now()}`;
      const reply = await fetch(address, { cache: 'no-store' });
      const xml = new DOMParser().parseFromString(await reply.text(), 'text/xml');
      const fresh = xml.querySelector('uuid').textContent.trim();
      phoneLink.href = phoneLink.href.replace(uuid, fresh);
      uuid = fresh;
      window.fordevtool = `/connect/l/qrconnect?uuid=${uuid}`;
      image.src = `/connect/qrcode/${uuid}`;
      expiredCover.hidden = true;
      show('wx_default_tip');
      poll();
    } catch {
      window.location.reload();
    }
  }

  document.querySelector('.js_refresh').onclick = refresh;
  document.querySelector('.js_reload').onclick = () => window.location.reload();

  let told = false;
  function imageLoaded() {
    if (!told) tellParent('wxQRcodeReady');
    told = true;
  }
  image.onload = imageLoaded;
  image.onerror = expire;
  if (image.complete && image.naturalWidth > 0) imageLoaded();

  tellParent('wxReady');

  // The first poll comes after the page has loaded: it is held, and would hold back the load event of the page around.
  let begun = false;
  function begin() {
    if (!begun) setTimeout(poll, 100);
    begun = true;
  }
  if (document.readyState === 'complete') begin();
  window.addEventListener('load', begin);
  setTimeout(begin, 1000);
})();
