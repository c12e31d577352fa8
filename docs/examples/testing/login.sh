#!/bin/sh
# Logs a user in, whatever the app is written in. APP_URL is your app, EMULATOR_URL the emulator.
set -eu
cookies=$(mktemp)

# The app sends the browser to the QR page.
qr_page=$(curl -s -c "$cookies" -o /dev/null -w '%{redirect_url}' "$APP_URL/auth/wechat")
uuid=$(curl -s "$qr_page" | sed -n 's|.*src="/connect/qrcode/\([^"]*\)".*|\1|p')

# A user scans the code and taps "allow".
answer=$(curl -s -H 'Content-Type: application/json' -d "{\"uuid\": \"$uuid\", \"user\": \"amei\"}" \
  "$EMULATOR_URL/_emulator/phone/approve")
callback=$(printf '%s' "$answer" | sed 's|.*"url":"\([^"]*\)".*|\1|')

# The browser comes back.
curl -s -L -b "$cookies" -c "$cookies" "$callback"
rm "$cookies"
