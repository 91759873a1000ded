"""Plays the pack against a portal: `python3 play.py http://127.0.0.1:8000`. Nothing but Python's own library.

Fills the files with people whom the employer has on record, sends each one, waits until it is read, compares what the portal says with
expected.json, and puts the filing away again. Ends with 1 if anything differs.
"""

import argparse
import csv
import io
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

PACK = Path(__file__).parent
PEOPLE = 4
RECORD = 129
"""Signs of a record in the text format SDBA."""
READING = "RECEIVED"


class Reply(NamedTuple):
    """An answer; `headers` by small name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Portal:
    """The API of one employer with one token."""

    def __init__(self, base: str, employer: str, token: str = "") -> None:
        self.base, self.employer, self.token = base.rstrip("/"), employer, token

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        """One request, as it is answered."""
        asked = urllib.request.Request(self.base + path, data=body or None, method=method)  # noqa: S310 - the address comes from who runs this
        for name, value in {"Accept-Language": "en", **({"Authorization": f"Token {self.token}"} if self.token else {}), **headers}.items():
            asked.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
                return Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
        except urllib.error.HTTPError as error:
            return Reply(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())

    def wait(self) -> None:
        """A moment between two looks."""
        time.sleep(0.5)

    def get(self, path: str) -> Reply:
        return self.call("GET", f"/api/v1/employers/{self.employer}/{path}")

    def post(self, path: str, **body: Any) -> Reply:
        headers = {"Content_Type": "application/json", "Idempotency_Key": str(uuid.uuid4())}
        return self.call("POST", f"/api/v1/employers/{self.employer}/{path}", json.dumps(body).encode(), **headers)

    def send(self, content: bytes, month: str, key: str = "", boundary: str = "", name: str = "borang-a") -> Reply:
        """POST filings/ as a form, with a key of its own if none is given."""
        boundary = boundary or uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="wage_month"\r\n\r\n{month}\r\n'
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content_Type": f"multipart/form-data; boundary={boundary}", "Idempotency_Key": key or str(uuid.uuid4())}
        return self.call("POST", f"/api/v1/employers/{self.employer}/filings/", body, **headers)

    def sign_in(self, user_id: str, password: str, phone: str) -> None:
        """A token for the employer: password, and the code (TAC) that arrives on the demo's phone."""
        asked = {"user_id": user_id, "password": password, "scope": f"employer:{self.employer}"}
        kind = {"Content_Type": "application/json"}
        _must(self.call("POST", "/api/v1/auth/tac/", json.dumps(asked).encode(), **kind), 202)
        before = time.monotonic()
        while time.monotonic() - before < 60:
            texts = self.call("GET", "/demo/phone/?" + urllib.parse.urlencode({"format": "json", "to": phone})).json
            words = [word.strip(".,:") for word in texts[0]["text"].split()] if texts else []
            code = next((word for word in words if word.isdigit() and len(word) == 6), "")
            given = self.call("POST", "/api/v1/auth/token/", json.dumps({**asked, "tac": code}).encode(), **kind) if code else None
            if given is not None and given.status == 201:
                self.token = given.json["token"]
                return
            time.sleep(2)
        raise SystemExit(f"no token for {user_id}: the code did not arrive on {phone}, or user and password are wrong")

    def read(self, filing: int) -> dict[str, Any]:
        """The filing once it is read."""
        for _look in range(240):
            found: dict[str, Any] = _must(self.get(f"filings/{filing}/"), 200).json
            if found["state"] != READING:
                return found
            self.wait()
        raise SystemExit(f"filing {filing} was not read in two minutes")

    def rows(self, filing: int, status: str) -> Iterator[dict[str, Any]]:
        """All rows of a status, page by page."""
        path = f"/api/v1/employers/{self.employer}/filings/{filing}/rows/?status={status}"
        while path:
            page = _must(self.call("GET", path), 200).json
            yield from page["results"]
            following = urllib.parse.urlsplit(page["next"] or "")
            path = f"{following.path}?{following.query}" if page["next"] else ""


def _must(reply: Reply, status: int) -> Reply:
    if reply.status != status:
        raise SystemExit(f"found {reply.status}, expected {status}: {reply.body[:500]!r}")
    return reply


def people_of(portal: Portal, month: str) -> list[dict[str, str]]:
    """Employees for whom RM6,250.00 gives 756 and 693: the portal itself says for whom of those on record."""
    template = _must(portal.get(f"template/?format=csv&wage_month={month}"), 200).body.decode("utf-8-sig")
    header, *lines = list(csv.reader(io.StringIO(template)))
    known = [line[:3] for line in lines if not set(line[2]) & set(',;"{}')]
    probe = io.StringIO()
    csv.writer(probe).writerows([header, *([*line, "6250.00", "756", "693"] for line in known)])
    filing = _must(portal.send(probe.getvalue().encode(), month), 202).json["id"]
    portal.read(filing)
    good = [row["row"] for row in portal.rows(filing, "valid")]
    portal.post(f"filings/{filing}/discard/")
    if len(good) < PEOPLE:
        raise SystemExit(f"found {len(good)} employees of Part A on record in {month}, expected at least {PEOPLE}")
    return [dict(zip(("number", "identity", "name"), known[row - 2], strict=True)) for row in good[:PEOPLE]]


def filled(case: Mapping[str, Any], people: list[dict[str, str]], employer: str, month: str) -> bytes:
    """The file of a case with people in the places `{1.number}`, `{1.identity}`, `{1.name}` and so on."""
    content = (PACK / "files" / case["file"]).read_bytes()
    if case["file"].endswith(".txt"):
        return _filled_records(content.decode(), people, employer, month)
    places = {f"{{{number}.{name}}}": value for number, person in enumerate(people, 1) for name, value in person.items()}
    if case["file"].endswith(".xlsx"):
        return _filled_sheet(content, places)
    encoding = case.get("encoding", "latin-1")
    text = content.decode(encoding)
    for place, value in places.items():
        text = text.replace(place, value if encoding != "latin-1" else value.encode().decode("latin-1"))
    return text.encode(encoding)


def _filled_records(text: str, people: list[dict[str, str]], employer: str, month: str) -> bytes:
    """Records of SDBA: each place says its width as well, as `{1.number:0>19}`; `month` is the month after the wages, in which they are due, and
    `hash` the sum of the first two people's member numbers."""
    year, wages = int(month[:4]), int(month[5:])
    due = f"{wages % 12 + 1:02d}{year + wages // 12:04d}"
    places = {f"{number}.{name}": value for number, person in enumerate(people, 1) for name, value in person.items()}
    places |= {"employer": employer, "month": due, "hash": str(sum(int(person["number"]) for person in people[:2]))}
    records = re.sub(r"\{([^:}]+):([^}]+)\}", lambda place: format(places[place[1]], place[2]), text).splitlines()
    return "".join(f"{record:<{RECORD}}\r\n" for record in records).encode()


def _filled_sheet(content: bytes, places: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part.startswith("xl/worksheets/"):
                for place, value in places.items():
                    text = text.replace(place.encode(), escape(value).encode())
            new.writestr(part, text)
    return made.getvalue()


def outcome(portal: Portal, content: bytes, month: str, sheet: str = "") -> dict[str, Any]:
    """What the portal makes of a file, in the words of expected.json; the filing is put away again. `sheet`: which one it is, where that is asked."""
    sent = portal.send(content, month)
    if sent.status != 202:
        return {"status": sent.status, "code": sent.json["code"], "errors": [error["code"] for error in sent.json.get("errors", ())]}
    filing = sent.json["id"]
    found = portal.read(filing)
    asked = [one["name"] for one in found["sheets"]]
    if asked:
        _must(portal.post(f"filings/{filing}/sheet/", sheet=sheet), 200)
        found = portal.read(filing)
    bad = [row for status in ("unmatched", "invalid") for row in portal.rows(filing, status)]
    portal.post(f"filings/{filing}/discard/")
    return {
        "status": 202,
        **({"asked": asked} if asked else {}),
        "state": found["state"],
        "rows": {name: found["rows"][name] for name in ("total", "valid", "unmatched", "invalid")},
        "total": found["totals"]["total"],
        "assumptions": [one["code"] for one in found["assumptions"]],
        "problems": {str(row["row"]): [problem["code"] for problem in row["problems"]] for row in sorted(bad, key=lambda row: row["row"])},
        "errors": [problem["code"] for problem in found["problems"]],
    }


def differences(portal: Portal, month: str) -> Iterator[tuple[str, Any, Any]]:
    """Each case with what was found and what is expected."""
    cases = json.loads((PACK / "expected.json").read_text(encoding="utf-8"))
    people = people_of(portal, month)
    for case in cases:
        yield case["file"], outcome(portal, filled(case, people, portal.employer, month), month, case.get("sheet", "")), case["expected"]
    yield (
        "the same key twice",
        repeated(portal, filled(cases[0], people, portal.employer, month), month),
        {"same": True, "replayed": "true", "other": [409, "KEY_REUSED"]},
    )


def repeated(portal: Portal, content: bytes, month: str) -> dict[str, Any]:
    """The same request twice with one key, and another with it."""
    key = str(uuid.uuid4())
    first, again = portal.send(content, month, key, "one"), portal.send(content, month, key, "two")
    other = portal.send(content + b"\r\n", month, key)
    filing = _must(first, 202).json["id"]
    portal.read(filing)
    portal.post(f"filings/{filing}/discard/")
    same = (first.status, first.body) == (again.status, again.body)
    return {"same": same, "replayed": again.headers.get("idempotent-replayed", ""), "other": [other.status, other.json["code"]]}


def main() -> int:
    asked = argparse.ArgumentParser(description="Play the pack against a portal, such as the demo of `make run`.")
    asked.add_argument("portal", nargs="?", default="http://127.0.0.1:8000")
    asked.add_argument("--employer", default="10000001")
    asked.add_argument("--user", default="majikanmaker")
    asked.add_argument("--password", default="kwsp-demo-2026")
    asked.add_argument("--phone", default="+601119000002", help="where the demo's phone gets the code")
    asked.add_argument("--month", required=True, help="a wage month that the employer has not filed, as 2027-03")
    given = asked.parse_args()
    portal = Portal(given.portal, given.employer)
    portal.sign_in(given.user, given.password, given.phone)
    wrong = 0
    for name, found, expected in differences(portal, given.month):
        wrong += found != expected
        sys.stdout.write(f"{'ok  ' if found == expected else 'DIFF'} {name}\n")
        if found != expected:
            sys.stdout.write(f"     found    {json.dumps(found)}\n     expected {json.dumps(expected)}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
