const { SESSION_KEYS = '', BEHIND_PROXY } = process.env;

exports.keys = SESSION_KEYS; // signs and encrypts the cookies

// Only where a proxy in front of the app overwrites X-Forwarded-Proto and X-Forwarded-Host.
exports.proxy = BEHIND_PROXY === '1';
