#!/usr/bin/env python3
# Học Suốt Đời, SPDX-License-Identifier: AGPL-3.0-or-later. Chỉ cần Python 3.8 trở lên. Needs Python 3.8, nothing else.
#   python verify_signature.py file.json keys.json  (0 ĐÚNG, 1 SAI)
# file.json: giấy xác nhận đã xóa, hoặc sổ tải về / a certificate of deletion, or a record. keys.json: khóa công khai
# từ /ledger/keys.json / the published keys. Ed25519 (RFC 8032), khóa viết theo / keys written as in RFC 8037, 7638.
# fmt: off
import base64, hashlib, json, sys
P, L = 2 ** 255 - 19, 2 ** 252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)
def canonical(value): return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
def stop(wrong, vi, en): return wrong and sys.exit(f"SAI: {vi}.\nWRONG: {en}.")
def once(pairs): return stop(len(dict(pairs)) < len(pairs), "có tên ghi hai lần", "a name stands twice") or dict(pairs)
def read(path): return json.loads(open(path, "rb").read().decode("utf-8-sig"), object_pairs_hook=once)
def key_id(key):
    form = canonical({name: key[name] for name in ("crv", "kty", "x")})
    return base64.urlsafe_b64encode(hashlib.sha256(form).digest()).rstrip(b"=").decode()
def point(data):  # from its 32 bytes: y, and the lowest bit of x
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    if len(data) != 32 or y >= P or x * x % P != square or (x == 0 and data[31] >> 7):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != data[31] >> 7 else x
    return x, y, 1, x * y % P
def add(one, other):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b, c, d = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * t1 * t2 * D, 2 * z1 * z2
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(number, one):
    total = (0, 1, 1, 0)
    while number:
        total, one, number = add(total, one) if number & 1 else total, add(one, one), number >> 1
    return total
def holds(public, signature, message):
    sent, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    challenge = int.from_bytes(hashlib.sha512(sent + public + message).digest(), "little") % L
    x1, y1, z1, _ = times(scalar, point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")))
    x2, y2, z2, _ = add(point(sent), times(challenge, point(public)))
    return len(signature) == 64 and scalar < L and (x1 * z2 - x2 * z1) % P == (y1 * z2 - y2 * z1) % P == 0
def verify(document, published):
    keys = [key["x"] for key in published["keys"] if key_id(key) == document["signing_key"]]
    stop(not keys, "khóa ký tệp này không có trong các khóa đã công bố", "signed with a key that is not published")
    signed = canonical({name: value for name, value in document.items() if name != "signature"})
    right = holds(base64.urlsafe_b64decode(keys[0] + "=="), bytes.fromhex(document["signature"]), signed)
    stop(not right, "tệp đã bị sửa sau khi ký, hoặc chữ ký không thật", "changed since it was signed, or never signed")
    print(f"ĐÚNG: cổng đã ký tệp này ({document['format']}), từ đó không ai sửa.\n"
          f"RIGHT: the portal signed this file ({document['format']}), and nothing in it has changed since.")

try:
    sys.stdout.reconfigure(encoding="utf-8")
    path, keys = sys.argv[1:]
    verify(read(path), read(keys))
except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as reason:
    sys.exit(f"Không đọc được tệp / the files cannot be read: {reason!r}\n{sys.argv[0]} file.json keys.json")
