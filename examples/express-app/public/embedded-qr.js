/* global document, window */

// WxLogin, from WeChat's wxLogin.js, puts a frame with the QR code into the container.
const container = document.getElementById('wechat-qr');

if (window.WxLogin) {
  const isDark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  new window.WxLogin({
    id: container.id,
    ...JSON.parse(container.dataset.options),
    style: isDark ? 'white' : 'black', // the colour of its text: the frame has no ground of its own
  });

  // It gives the frame no name, which a screen reader needs.
  container.querySelector('iframe').title = container.dataset.title;
} else {
  // Blocked, or not reached.
  document.getElementById('scan').hidden = true;
  document.getElementById('no-wechat-script').hidden = false;
}
