"""A person at a browser without script, over real HTTP: cookies, forms with their tokens, uploads. What the server did not answer is status 0."""

import http.client
import json
import re
import time
import uuid
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from kwsp_portal.frame.demo.people import PASSWORD, PEOPLE

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SECONDS = 60


class Browser:
    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.location = ""
        self.token = ""

    @classmethod
    def of(cls, port: int, cookies: str) -> "Browser":
        """Somebody who has signed in already: the header that their browser sends."""
        browser = cls(port)
        browser.cookies = dict(cookie.split("=", 1) for cookie in cookies.split("; "))
        return browser

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def open_form(self, path: str) -> tuple[int, str]:
        """The page with a form, and the token that stands in it is kept."""
        status, page = self.get(path)
        token = TOKEN.search(page)
        self.token = token[1] if status == 200 and token else ""
        return status, page

    def post(self, path: str, *, form: str = "", file: tuple[str, bytes] | None = None, **fields: str) -> tuple[int, str]:
        """Sends the form of a page (`form`, else the path itself), with the token that stands in it. If no form is open, it is opened first."""
        if not self.token:
            status, page = self.open_form(form or path)
            if not self.token:
                return status, page
        fields["csrfmiddlewaretoken"], self.token = self.token, ""
        if file is None:
            return self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")
        border = uuid.uuid4().hex
        parts = [f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\nContent-Type: text/csv\r\n\r\n'
        body = b"".join([*parts, head.encode(), file[1], f"\r\n--{border}--\r\n".encode()])
        return self._ask("POST", path, body, f"multipart/form-data; boundary={border}")

    def sign_in(self, user_id: str) -> None:
        self.post("/sign-in/", user_id=user_id)
        number = next(person.phone for person in PEOPLE if person.user_id == user_id)
        before = len(self._texts(number))
        status, page = self.post("/sign-in/password/", password=PASSWORD)
        assert status == 302, page
        if self.location.endswith("/device/"):
            status, page = self.post("/sign-in/device/", tac=self._code_after(number, before))
            assert status == 302, page

    def _code_after(self, number: str, before: int) -> str:
        """The code that comes to the demo's phone of this number."""
        until = time.monotonic() + SECONDS
        while not (codes := [text for text in self._texts(number)[: -before or None] if re.match(r"\d{6} ", text)]):
            assert time.monotonic() < until, "no code came"
            time.sleep(0.2)
        return codes[0][:6]

    def _texts(self, number: str) -> list[str]:
        """What the demo's phone of this number shows, the newest first."""
        status, page = self.get("/demo/phone/?" + urlencode({"format": "json", "to": number}))
        return [message["text"] for message in json.loads(page)] if status == 200 else []

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **({"Content-Type": kind} if kind else {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
            self.location = answer.getheader("Location", "")
            return answer.status, answer.read().decode("utf-8", errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
