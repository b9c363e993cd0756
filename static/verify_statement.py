#!/usr/bin/env python3
# Học Suốt Đời, SPDX-License-Identifier: AGPL-3.0-or-later. Chỉ cần Python 3.8 trở lên. Needs Python 3.8, nothing else.
#   python verify_statement.py record.json 7.json [8.json | 64 hexadecimal digits …]  (0 ĐÚNG, 1 SAI, 2 CHƯA NIÊM)
# record.json: sổ tín chỉ tải về / a credit record. 7.json: dấu niêm số 7 / seal number 7, from /ledger/seals/7.json,
# hoặc chỉ tree_root của nó / or its tree_root alone. Cách tính / how it is worked out: credits/models/{chain,seal}.py
# fmt: off
import hashlib, json, re, sys, uuid
def canonical(value): return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
def sha(*parts): return hashlib.sha256(b"".join(parts)).hexdigest()
def raw(digits): return bytes.fromhex(digits or "")
def stop(wrong, vi, en): return wrong and sys.exit(f"SAI: {vi}.\nWRONG: {en}.")
def once(pairs): return stop(len(dict(pairs)) < len(pairs), "có tên ghi hai lần", "a name stands twice") or dict(pairs)
def read(path): return json.loads(open(path, "rb").read().decode("utf-8-sig"), object_pairs_hook=once)
def verify(record, published):
    entries, seal, proof, before = record["entries"], record["seal"], record["proof"], None
    stop((record["format"], record["version"]) != ("credit-record", 1), "tệp thuộc loại khác", "a file of another kind")
    for number, entry in enumerate(entries, 1):
        form, data, vi, en = entry["form"], canonical(entry["form"]), f"dòng {number}", f"entry {number}"
        stop(form["sequence"] != number, f"{vi} sai thứ tự, hoặc thiếu dòng", f"{en} is out of order or one is gone")
        stop(form["learner"] != record["ledger_number"], f"{vi} là của sổ khác", f"{en} is of another record")
        stop(entry["prev_hash"] != before, f"{vi} không nối với dòng trước", f"{en} does not follow the one before it")
        before = sha(len(data).to_bytes(8, "big"), data, raw(before))
        stop(entry["hash"] != before, f"{vi} đã bị sửa", f"{en} has been changed")
        for name in (words := entry["words"] or {}).keys() - {"salt"}:  # what people typed; of it the form has digests
            got = words[name] and sha(raw(words["salt"]), words[name].encode())
            stop(got and got != form["snapshot"].get(f"{name}_digest"), f"lời ở {vi} bị sửa", f"words of {en} changed")
    if not (seal and proof):
        sys.exit(print("CHƯA NIÊM nên chưa có gì để đối chiếu; mai tải lại sổ.\n"
                       "NOT SEALED YET, so nothing is proven; take the record again tomorrow.") or 2)
    number, day, sealed, here = seal["number"], seal["day"], proof["sequence"], len(entries)
    stop(not 1 <= sealed <= here, f"đã niêm {sealed} dòng, ở đây có {here}", f"{sealed} entries sealed, {here} here")
    place = uuid.UUID(record["ledger_number"]).bytes + sealed.to_bytes(8, "big")
    node = sha(b"\0", place, raw(entries[sealed - 1]["hash"]))
    for side, other in proof["siblings"]:
        node = sha(b"\1", raw(other), raw(node)) if side == "left" else sha(b"\1", raw(node), raw(other))
    stop(node != seal["tree_root"], "đây không phải những dòng đã niêm", "these are not the entries that were sealed")
    said = sha(canonical({name: seal[name] for name in seal if name != "hash"}))
    stop(said != seal["hash"], f"dấu niêm {number} đã bị sửa", f"seal {number} has been changed")
    known = seal in published or node in published
    stop(not known, f"dấu niêm {number} khác bản đã công bố", f"seal {number} is not the one that was published")
    print(f"ĐÚNG: {sealed} dòng nguyên vẹn như lúc niêm, {day}, dấu số {number}. Chưa niêm: {here - sealed} dòng.\n"
          f"RIGHT: {sealed} entries are as they were sealed on {day}, seal {number}. Not sealed yet: {here - sealed}.")

try:
    sys.stdout.reconfigure(encoding="utf-8")
    record, first, *more = sys.argv[1:]
    given = [word.lower() if re.fullmatch("[0-9a-fA-F]{64}", word) else read(word) for word in (first, *more)]
    verify(read(record), [seal for one in given for seal in (one if isinstance(one, list) else [one])])
except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as reason:
    sys.exit(f"Không đọc được tệp / the files cannot be read: {reason!r}\n{sys.argv[0]} record.json 7.json")
