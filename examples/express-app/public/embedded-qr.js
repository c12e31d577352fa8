/* global document, WxLogin */

// WxLogin, from WeChat's wxLogin.js, puts a frame with the QR code into the container.
const container = document.getElementById('wechat-qr');

new WxLogin({ id: container.id, ...JSON.parse(container.dataset.options) });

// It gives the frame no name, which a screen reader needs.
container.querySelector('iframe').title = container.dataset.title;
