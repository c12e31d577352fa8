"""What the Python clients share: where WeChat's names lead, and the user with the phone."""

import json
import os
import re
import socket
import urllib.request

PORT = int(os.environ["EMULATOR_PORT"])
ORIGIN = f"https://localhost:{PORT}"
IN_WECHAT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"

WEBSITE = ("wx1000000000000001", "10000000000000000000000000000001")
ACCOUNT = ("wx2000000000000002", "20000000000000000000000000000002")

_getaddrinfo = socket.getaddrinfo


def _lead_to_emulator(host, port, *args, **kwargs):
    if re.search(r"\.(weixin\.qq|wx\.qq)\.com$", str(host)):
        host, port = "127.0.0.1", PORT
    elif host not in ("localhost", "127.0.0.1"):
        raise OSError(f"{host} is not one of WeChat's hosts")
    return _getaddrinfo(host, port, *args, **kwargs)


socket.getaddrinfo = _lead_to_emulator


def control(path, **body):
    request = urllib.request.Request(
        f"{ORIGIN}/_emulator{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    return json.load(urllib.request.urlopen(request))


def scan(address):
    """Opens the QR page and allows; returns where the browser goes."""
    page = urllib.request.urlopen(address).read().decode()
    return control("/phone/approve", uuid=re.search(r"/connect/qrcode/([\w-]+)", page)[1], user="amei")["url"]


def consent(address):
    """The same inside WeChat."""
    return control("/phone/open", url=address, user="amei")["url"]


def check(what, found, expected):
    if found != expected:
        raise SystemExit(f"{what}: {found!r} instead of {expected!r}")


def tell(name):
    """Prints what the client sent, by the emulator's journal, and that the login ended well."""
    for request in json.load(urllib.request.urlopen(f"{ORIGIN}/_emulator/requests")):
        print("  ", request["method"], request["path"], *request["query"])
    [login] = json.load(urllib.request.urlopen(f"{ORIGIN}/_emulator/logins"))
    check(f"{name}: outcome", login["outcome"], "done")
    print(f"{name}: logged in")
    control("/reset")
