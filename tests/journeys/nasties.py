"""What nobody sends who means well: values, headers, bodies and addresses that have broken other tools."""

from __future__ import annotations

TEXTS: dict[str, bytes] = {
    "nothing": b"",
    "a blank": b" ",
    "NUL": b"a\x00b",
    "an encoded surrogate": b"\xed\xa0\x80",
    "broken UTF-8": b"\xff\xfe\xc3",
    "overlong UTF-8": b"\xc0\xaf",
    "5,000 digits": b"9" * 5000,
    "20,000 letters": b"x" * 20_000,
    "a huge integer": b"99999999999999999999999",
    "minus one": b"-1",
    "other digits": "٣١".encode(),
    "infinity": b"1e999",
    "not a number": b"NaN",
    "the year 0": b"0000-01-01",
    "the year 9999": b"9999-12-31",
    "the year 99999": b"99999-01-01",
    "no such day": b"2026-02-30",
    "emoji": "👩‍🎓💥".encode(),
    "right to left": "\u202eabc\u200f שלום".encode(),
    "other planes": "\U0010ffff\ue000\ufdd0".encode(),
    "markup": b"<script>alert(1)</script>&amp;\"'>",
    "a template": b"{{ 7*7 }}${7*7}%(x)s%s%",
    "SQL": b"' OR 1=1 --",
    "a path": b"../../../../etc/passwd",
    "lines": b"a\r\nSet-Cookie: x=1\r\n\r\nb",
    "another site": b"//evil.test/",
    "a script": b"javascript:alert(1)",
    "half an address": b"http://[::1",
    "an address with a port beyond all": b"https://example.org:99999/",
    "an id": b"00000000-0000-4000-8000-000000000000",
    "an id in braces": b"{00000000-0000-4000-8000-000000000000}",
}

# What stands for any other where a value is only looked up.
FEW = ("NUL", "an encoded surrogate", "broken UTF-8", "5,000 digits", "20,000 letters", "emoji", "markup")

# What one database may take otherwise than another.
STORED = (
    *FEW,
    *("a huge integer", "minus one", "infinity", "the year 0", "the year 9999", "the year 99999"),
    *("other planes", "an id"),
)

# Places in a list that no list has; what lies in them is base64 of JSON.
CURSORS: dict[str, bytes] = {
    "a deep cursor": b"W1tb" * 496,
    "a cursor with surrogates": b"WyJcdWQ4MDAiLCJcdWQ4MDAiLCJcdWQ4MDAiXQ",
    "a cursor before all time": (
        b"WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiMDAwMDAwMDAwMDAwNDAwMDgwMDAwMDAwMDAwMDAwMDAiXQ"
    ),
    "a cursor with a huge number": b"WyI5OTk5OTk5OTk5OTk5OTk5OTkiXQ",
    "a cursor with a name and an id": b"WyJhIiwiYiIsIjAwMDAwMDAwMDAwMDQwMDA4MDAwMDAwMDAwMDAwMDAwIl0",
}

PARTS = (
    "not-an-id",
    "%00",
    "%ff%fe",
    "💥",
    "..",
    "%2e%2e%2f",
    "a" * 3000,
    "00000000-0000-4000-8000-000000000000",
)

RANGES = (
    "bytes=0-",
    "bytes=0-0",
    "bytes=-5",
    "bytes=-0",
    "bytes=5-2",
    "bytes=99999999999999999999-",
    "bytes=-99999999999999999999",
    "bytes=0-" + "9" * 5000,
    "bytes=a-b",
    "bytes=0-0,2-3",
    "bytes=" + "0-1," * 1000,
    "bytes",
    "items=0-1",
    "=",
    "bytes=\xff-",
    "bytes= 1 - 2 ",
    "bytes=١-٢",
)

HEADERS: dict[str, tuple[str, ...]] = {
    "If-None-Match": ("*", '"x"', 'W/"', '"' * 5000, "\xff", '"a", "b",', "W/*"),
    "If-Match": ("*", '"x"', "\xff"),
    "If-Modified-Since": ("0", "Thu, 99 Foo 99999 99:99:99 GMT", "Mon, 01 Jan 0001 00:00:00 +1400", "\xff"),
    "If-Range": ('"x"', "0", "\xff"),
    "Accept-Language": ("sv;q=9e999, *", "en;q=abc", "x" * 5000, "-", "\xff", "sv-SE-" + "a-" * 500),
    "Accept": ("text/html;q=\xff", "*" * 2000),
    "Accept-Encoding": ("gzip;q=\xff, br;q=abc",),
    "Host": (
        "evil.test",
        "localhost:99999",
        "[::1",
        "a" * 300,
        "ev il",
        "\xff",
        "localhost:port",
        "@",
        "x/y",
    ),
    "Cookie": (
        "x=" + "y" * 100_000,
        ";" * 5000,
        "cim_launch",
        'cim_launch="\\377\\000"',
        "cim_launch=\xff",
        "=;=;cim_launch==",
    ),
    "X-CSRF-Token": ("", "\xff", "x" * 10_000),
    "X-Forwarded-For": ("1.2.3.4, \xff", "unknown", "," * 500),
    "X-Forwarded-Proto": ("javascript",),
    "Content-Length": ("abc", "-1", "99999999999999999999", "5", "\xff"),
    "Content-Type": ("\xff", "a" * 5000, "multipart/form-data; boundary=", ";", "text/html; charset=\xff"),
    "Transfer-Encoding": ("chunked", "\xff"),
    "Expect": ("100-continue", "x"),
    "Upgrade": ("websocket",),
    "Origin": ("null", "\xff"),
    "Referer": ("\xff", "http://[::1"),
    "User-Agent": ("", "\xff" * 2000),
    "HX-Request": ("true", "\xff"),
    "X-Http-Method-Override": ("DELETE",),
}

_FORM = "application/x-www-form-urlencoded"
_FILE = b'--abc\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n'
_WHOLE = _FILE + b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\n%%EOF\r\n--abc--\r\n"

BODIES: dict[str, tuple[str, bytes]] = {
    "no body": ("", b""),
    "JSON": ("application/json", b'{"title": ["x"], "version": 1e999}'),
    "broken JSON": ("application/json", b"[" * 5000),
    "text": ("text/plain; charset=utf-16", b"\xff\xfet\x00"),
    "an unknown charset": (f"{_FORM}; charset=foo", b"title=x"),
    "UTF-16 as a form": (f"{_FORM}; charset=utf-16", "title=å".encode("utf-16")),
    "only marks": (_FORM, b"&=&=;&&&==&%&%%&%zz"),
    "a field 50 times": (_FORM, b"title=x&version=1&decision=approve&name=x&url=x&" * 50),
    "many fields": (_FORM, b"a=1&" * 20_000),
    "a field of 2 MB": (_FORM, b"title=" + b"x" * 2_000_000),
    "arrays": (_FORM, b"title[]=x&title[0]=y&version[a][b]=1&decision[]=approve"),
    "multipart without boundary": ("multipart/form-data", _WHOLE),
    "multipart with an empty boundary": ("multipart/form-data; boundary=", _WHOLE),
    "multipart with an odd boundary": ("multipart/form-data; boundary=\xff\xfe", _WHOLE),
    "multipart with a long boundary": ("multipart/form-data; boundary=" + "a" * 5000, _WHOLE),
    "only the first boundary": ("multipart/form-data; boundary=abc", b"--abc\r\n"),
    "only the last boundary": ("multipart/form-data; boundary=abc", b"--abc--\r\n"),
    "cut off in the head": ("multipart/form-data; boundary=abc", _WHOLE[:30]),
    "cut off in the file": ("multipart/form-data; boundary=abc", _WHOLE[:140]),
    "a part without a name": (
        "multipart/form-data; boundary=abc",
        b"--abc\r\nContent-Disposition: form-data\r\n\r\nx\r\n--abc--\r\n",
    ),
    "a part without a head": ("multipart/form-data; boundary=abc", b"--abc\r\n\r\nx\r\n--abc--\r\n"),
    "a file name with NUL": (
        "multipart/form-data; boundary=abc",
        _WHOLE.replace(b"a.pdf", b"a\x00\r.pdf\\\xff"),
    ),
    "an encoded file name": (
        "multipart/form-data; boundary=abc",
        _WHOLE.replace(b'filename="a.pdf"', b"filename*=utf-16''%FF%FE%ED%A0%80"),
    ),
    "an odd charset of a part": (
        "multipart/form-data; boundary=abc",
        b'--abc\r\nContent-Disposition: form-data; name="title"\r\nContent-Type: text/plain; charset=foo\r\n'
        b"\r\n\xff\xfe\r\n--abc--\r\n",
    ),
    "a whole file": ("multipart/form-data; boundary=abc", _WHOLE),
    "twelve files": (
        "multipart/form-data; boundary=abc",
        _WHOLE[:-9].replace(b"--abc--", b"") * 12 + b"--abc--\r\n",
    ),
    "an empty file": ("multipart/form-data; boundary=abc", _FILE + b"\r\n\r\n--abc--\r\n"),
    "a file that is too large": (
        "multipart/form-data; boundary=abc",
        _FILE + b"\r\n%PDF-1.7" + b"x" * 150_000 + b"\r\n--abc--\r\n",
    ),
    "1,200 parts": (
        "multipart/form-data; boundary=abc",
        b'--abc\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 1200 + b"--abc--\r\n",
    ),
    "a picture that lies": (
        "multipart/form-data; boundary=abc",
        _FILE + b"\r\n\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\r\n--abc--\r\n",
    ),
    "half a JPEG": (
        "multipart/form-data; boundary=abc",
        _FILE + b"\r\n\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\xff\r\n--abc--\r\n",
    ),
}

# Those that a view itself has to cope with, whatever parsed them.
FEW_BODIES = (
    "no body",
    "JSON",
    "only marks",
    "a field 50 times",
    "arrays",
    "a part without a name",
    "a whole file",
)

ADDRESSES = (
    "/",
    "//",
    "//evil.test/",
    "/\xff\xfe",
    "/l",
    "/l/",
    "/l//",
    "/l/\xff/",
    "/l/" + "a" * 10_000 + "/",
    "/l/x/" + "a/" * 3000,
    "/..",
    "/static/",
    "/static/../lti_app/settings.py",
    "/static/..\\..\\settings.py",
    "/static/" + "a" * 5000,
    "/static/vendor",
    "/f/x/y",
    "/f/" + "." * 500 + "/\xff",
    "/f/a.b.c/\r\nX: y",
    "/verify/" + "A" * 5000,
    "/verify/\xff",
    "/lti/launch/submission/x",
    "/lti/../readyz",
    "/\x00",
    "/favicon.png",
    "*",
    "",
    "http://evil.test/",
)

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "FOO")
