#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Is exactly RFC 8259 accepted? Hundreds of texts, each sent to POST /check.

    json_suite.py BINARY

Every text of `invalid` must be 400 malformed_json with an integer offset from
0 to its length, or nearer to the fault where it is known; no text of `valid` may be, whatever else it is as a profile.
The service refuses more than RFC 8259 does (NUL, lone surrogates, nesting over
32), so those count as invalid here. What a valid text means as a profile, and
members given twice, are the matter of the case files.
"""

import sys

sys.dont_write_bytecode = True

from harness import Failure, Server, Tap, check_end  # noqa: E402

PROFILE = ('{"id":"a\\u0041é😀","role":"guru","employment":null,'
           '"belajar_id":true,"x":[1,-2.5e+3,{"y":false}]}').encode()
ASCII_PROFILE = b'{"role":"guru","employment":"PNS","belajar_id":true,"x":[0,1.5,null]}'

INVALID_NUMBERS = """
    00 01 -00 -01 012 -012 1.e1 1. -1. 1.0. .5 -.5 +1 +0 +.5 ++1 --1 -+1 - + -- . 1..2 1.2.3
    1e 1E 1e+ 1e- 1E+ 1.5e 1.5e- e1 E1 1ee1 1e1e1 1e1.5 1e.5 1eE2 0e 0e+ 0.e1 0.3e 0.3e+ 2.e3
    2.e+3 2.e-3 1e+-1 1e1+ 9.e+ -e1 -.e1 0x1 0x 0X1F 0b1 0o7 0xg 1f 1d 1L 1u 1_000 1,5e 1a -1a
    NaN nan -NaN +NaN Nan NAN Infinity -Infinity +Infinity Inf inf -inf 1e1a 1.5f 1;2 -foo -1-1
    1-1 1+1 1/2 ½ ∞ １ -１ 1２ ٣ १ 1e１ 0x1p3 $1 1% 1° (1) =1 &0 #1 @ \\x31 1'000 1-- -- 1- 0- 0+
""".split()

INVALID_LITERALS = """
    True TRUE tRue False FALSE Null NULL nul nulll tru truee fals falsee t f n undefined None nil
    yes no true1 false0 null0 truefalse nullnull tr\\u0075e 'true' `x` x guru *
""".split()

INVALID_ESCAPES = (r"\a \c \e \v \x \x41 \0 \1 \07 \' \` \A \N \U0041 \U00000041 \_ \- \é \😀 \$"
                   r" \u \u1 \u12 \u123 \u123g \uG000 \u-041 \u+041 \u00x1 \u004 \u０041"
                   r" \u{41} \u004g \u004\n \u\u0041 \u0x41 \U").split() + [r"\u 041", "\\ ", "\\\u00a0"]

LONE_SURROGATES = [
    r"\ud800", r"\uDBFF", r"\udc00", r"\uDFFF", r"\ud800a", r"a\udc00a", r"\ud800\ud800",
    r"\udc00\udc00", r"\udc00\ud800", r"\ud800\u0041", r"\ud800\n", r"\ud800\\udc00",
    r"\ud800\\", r"\ud83d\ude00\ud83d", r"\ud83d\ud83d\ude00", r"\ud83d\ude00\ude00",
    r"\ud800\udbff", r"\ud800\ue000", r"\ud800udc00", r"\ud800 \udc00"]

NUL_ESCAPES = [rb'{"id":"\u0000"}', rb'{"\u0000":1}', rb'{"a\u0000b":1}', rb'["a\u0000"]',
               rb'"\u0000"', rb'{"x":{"y":"\\\u0000"}}']

INVALID_UTF8 = [bytes.fromhex(text) for text in """
    80 bf 8080 80bf c0 c1 c080 c0af c1bf c2 c241 c27f c2c2 c3 c3c3a9 df df20 dfc0 e0 e080 e08080
    e080af e09fbf e0a0 e0a041 e1 e180 e18041 e1c080 e180c0 ed ed9f ed9f41 eda080 edaebf edafbf
    edb080 edbfbf eda0bdedb880 ee80 ef ef80 efbf efbf41 f0 f08080 f0808080 f08080af f08f f08fbfbf
    f09080 f0908041 f09f f09f98 f09f9841 f09fc080 f4 f48fbf f490 f4908080 f5 f5808080 f7bfbfbf f8
    f8808080af f888808080 fbbfbfbfbf fc fc80808080af fc8480808080 fdbfbfbfbfbf fe ff fffe feff e9
    """.split()]

INVALID_WHITE_SPACE = [bytes([n]) for n in (0, 1, 7, 8, 0x0b, 0x0c, 0x0e, 0x1a, 0x1b, 0x1f, 0x7f)]
INVALID_WHITE_SPACE += [text.encode() for text in (
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2003", "\u2009", "\u200b", "\u2028", "\u2029",
    "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff", "\\n", "\\t", "\\u0020", "&nbsp;", "_")]

INVALID_STRUCTURES = r"""
    { } [ ] [[ ]] {{ }} {] [} [1 [1, {"a" {"a": {"a":1 {"a":1, {"a":{ {"a":[ ["a ["a" "a a" a"b"
    [1,] [,1] [,] [1,,2] [,,] [1 2] [1;2] [1:2] ["a":1] ["a",] [[],] [1]] [[1] [1,[2] [1}} [{}
    [1],[2] 1,2 1,1 {"a":1}, ,{"a":1} {,} {"a":1,} {,"a":1} {"a":1,,"b":2} {"a":1,,} {"a":1;"b":2}
    {"a":1"b":2} {"a"1} {"a","b"} {"a"} {"a"::1} {"a"=1} {"a"=>1} {"a":1:2} {"a":} {:1} {:} {"a",1}
    {a:1} {'a':1} {"a":'b'} ['a'] 'a' {1:1} {null:1} {true:1} {[]:1} {{}:1} {"a":a} {"a":b"c"}
    {"a":"b} {"a:"b"} {a":"b"} {"a""b"} {"a":"b""c"} {"a":"b"c} ["a"b] ["a""b"] {"a":1}} {"a":1]
    {"a":[1}] {"a":{"b":1]} [{"a":1]} {"a":1}{"a":1} {}{} [][] {}[] {}1 1{} ""{} "a""b" 1[] truetrue
    {}x {}# {}; {}// {}/**/ //{} /**/{} {/**/} {"a":1//x} {"a":/**/1} [1/**/] #{} <!---->{} {}<a> (
    ) ({}) <{}> <> @ & | % ^ ~ ` $ = ? ! / \ * + , : ; _ . ... \{} {\} {"a"\:1} [\] [...] ${} {%} * [*]
    {*} {"*":*} {"a":1... [a [" [' {" {' "\ "\" {"\ ["\ ["\" {"a\":1} ["\\"] {"a":"\"} ["x\\\"]
    """.split()
INVALID_STRUCTURES.remove(r'["\\"]')  # that one is a string of a backslash
INVALID_STRUCTURES += ["[1\n", "{\"a\":\n", "a b", "[1 true]", '{"a" "b"}', '{"a":1 "b":2}',
                       '{"a" :: 1}', "{} x", "{} {}", "[] ]", "- 1", "[- 1]", "[1. 5]", "[1 .5]",
                       "[1 e5]", "[1e 5]", "t rue", "[nul l]", "\\n{}", "for(;;);{}", ")]}',\n{}",
                       "/* a */ {}", "{} // a", "{} # a", "--\n{}", "%YAML 1.2", "a: 1", "<a/>"]


def invalid():
    """(name, bytes[, offsets]) of texts that no strict reader accepts."""
    for number in INVALID_NUMBERS:
        yield f"number {number}", b"[%s]" % number.encode()
        yield f"number {number} in a profile", b'{"role":%s}' % number.encode()
    for literal in INVALID_LITERALS:
        yield f"literal {literal}", b"[%s]" % literal.encode()
    for text in INVALID_STRUCTURES:
        yield f"structure {text}", text.encode()
    yield from invalid_strings()
    yield from invalid_bytes()
    yield from invalid_sizes()
    yield from broken_profiles()


def invalid_strings():
    for escape in INVALID_ESCAPES:
        yield f"escape {escape}", b'{"id":"%s"}' % escape.encode()
        yield f"escape {escape} in a name", b'{"%s":1}' % escape.encode()
    for text in LONE_SURROGATES:
        yield f"lone surrogate {text}", b'["%s"]' % text.encode()
    for text in NUL_ESCAPES:
        yield "NUL escape", text
    for n in range(0x20):
        yield f"control 0x{n:02x} in a string", b'["a%cb"]' % n
        yield f"control 0x{n:02x} in a name", b'{"a%cb":1}' % n
        yield f"control 0x{n:02x} in an escape", b'["a\\%cb"]' % n
    for text in INVALID_UTF8:
        yield "UTF-8 in a string", b'["%s"]' % text
        yield "UTF-8 in a name", b'{"a%s":1}' % text
        yield "UTF-8 outside strings", b"[%s]" % text
        yield "UTF-8 after the value", b"{}" + text


def invalid_bytes():
    for text in INVALID_WHITE_SPACE:
        yield "white space before", b" " + text + b"{}"
        yield "white space after", b"{}" + text
        yield "white space within", b'{"role"%s:"guru"}' % text
        yield "white space in an array", b"[1,%s2]" % text
        yield "white space alone", text
    mark = b"\xef\xbb\xbf"
    for name, text in (("alone", mark), ("thrice", 3 * mark + b"{}"), ("half", mark[:2] + b"{}"),
                       ("a third", mark[:1] + b"{}"), ("and blanks", mark + b" \n"),
                       ("after a blank", b" " + mark + b"{}"), ("and garbage", mark + b"x")):
        yield f"byte-order mark {name}", text
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield encoding, '{"role":"guru"}'.encode(encoding)
        yield f"{encoding} with a mark", '\ufeff{"role":"guru"}'.encode(encoding)
        yield f"{encoding} digit", "1".encode(encoding)
    for name, text in (("nothing", b""), ("blank", b" "), ("blanks", b" \t\r\n" * 9)):
        yield name, text


def invalid_sizes():
    for n in (33, 34, 64, 1000, 100000):
        yield f"{n} arrays", b"[" * n + b"]" * n
        yield f"{n} objects", b'{"a":' * n + b"1" + b"}" * n
    for opening in (b"[", b'{"":', b'[{"":', b"[[],"):
        yield f"100000 times {opening.decode()}", opening * 100000
    yield "100000 closing arrays", b"]" * 100000
    yield "an unclosed string of 100000 bytes", b'{"id":"' + b"x" * 100000
    yield "a number of 100000 digits that begins with 0", b'{"x":0%s}' % (b"1" * 100000)
    yield "garbage after 100000 blanks", b"{}" + b" " * 100000 + b"x"


def broken_profiles():
    """(name, bytes, lowest offset, highest): the fault is seen where it is, or at
    the beginning of the string that it is in."""
    for size in range(len(PROFILE)):
        low = max(PROFILE.rfind(b'"', 0, size), 0)
        yield f"the first {size} bytes of a profile", PROFILE[:size], low, size
    for i in range(len(ASCII_PROFILE)):
        # None of these four bytes may stand anywhere in a JSON text.
        for n in (0x00, 0x0c, 0x80, 0xff):
            yield (f"byte {i} is 0x{n:02x}", ASCII_PROFILE[:i] + bytes([n]) + ASCII_PROFILE[i + 1:],
                   max(ASCII_PROFILE.rfind(b'"', 0, i), 0), i)
        here = ASCII_PROFILE[i:i + 1]
        if here in b'"{}[]:':
            # One quote or bracket fewer cannot be made good elsewhere.
            for other in (b"'", b"x", b" ", b";", b""):
                yield (f"{here.decode()} at {i} is {other.decode() or 'left out'}",
                       ASCII_PROFILE[:i] + other + ASCII_PROFILE[i + 1:])
        if here in b"{}[]:,":
            yield f"{here.decode()} at {i} twice", ASCII_PROFILE[:i] + here + ASCII_PROFILE[i:]


VALID_NUMBERS = """
    0 -0 1 -1 10 123456789 0.0 -0.0 0.5 1.5 1.50 10.01 0e0 0E0 0e+0 0e-0 1e5 1E5 1e+5 1E+5 1e-5 1E-5
    1.5e10 -1.5E-10 1e00 1e007 0.0e1 1e400 -1e400 1e-400 1e999999999 0.1e99999 100000000000000000000
    -100000000000000000000 9007199254740993 18446744073709551616 -9223372036854775809
    0.1000000000000000055511151231257827 1.7976931348623159e308 5e-324
""".split()

VALID_STRINGS = [
    "", " ", "a", "/", "'", r"\"", r"\\", r"\/", r"\b\f\n\r\t", r"\u0041", r"\u00e9", r"\u00E9",
    r"\u0001", r"\u001f", r"\u007f", "\x7f", r"\u2028\u2029", "\u2028\u2029", r"\ud83d\ude00",
    r"\uD83D\uDE00", r"\ud800\udc00", r"\udbff\udfff", r"\\u0000", r"\\ud800", r"\\\\u0000",
    r"\\\"", r"\u005c\u0022", r"\ufeff", "\ufeff", r"\uffff", "\uffff", r"\ufdd0", "\ufdd0", "é",
    "日本語", "😀", "\U0010ffff", "\U00010000", "\ud7ff", "\ue000", "\u0080", "\u07ff", "\u0800",
    "e\u0301", "\u202e", "\u00a0", "\u200b", "[1,2", "{", "//", "/* */", "true", "0", r"\u0020",
    "a\\u0041é\\ud83d\\ude00😀\\n", "\ufffd", r"\ud83d\ude00\ud83d\ude00", "x" * 100000,
    r"\u0041" * 10000, "é" * 1000]


def valid():
    """(name, bytes) of texts that every reader must accept."""
    for number in VALID_NUMBERS:
        yield f"number {number}", b'{"x":%s}' % number.encode()
        yield f"number {number} in an array", b'{"x":[%s,%s]}' % (number.encode(), number.encode())
        yield f"number {number} alone", number.encode()
    for text in VALID_STRINGS:
        yield f"string {text[:40]}", b'{"x":"%s"}' % text.encode()
        yield f"name {text[:40]}", b'{"x%s":1}' % text.encode()
        yield f"string {text[:40]} alone", b'"%s"' % text.encode()
    for text in (b"true", b"false", b"null", b'""', b"0", b"[]", b"{}", b"[[]]", b"[{}]", b'{"":0}',
                 b'{"":{"":{"":[]}}}', b'{"a":1,"A":2}', b'[null,true,false,0,"",[],{}]'):
        yield f"value {text.decode()}", text
        yield f"value {text.decode()} in a member", b'{"x":%s}' % text
        yield f"value {text.decode()} after a mark", b"\xef\xbb\xbf" + text
    for blank in (b" ", b"\t", b"\n", b"\r", b"\r\n", b" \t\n\r" * 50):
        tokens = [b"{", b'"role"', b":", b'"guru"', b",", b'"x"', b":", b"[", b"1", b",", b"[", b"]",
                  b",", b"{", b"}", b",", b"true", b"]", b"}"]
        yield f"white space {blank[:6]!r} everywhere", blank + blank.join(tokens) + blank
    yield from valid_sizes()


def valid_sizes():
    for n in (1, 2, 31, 32):
        yield f"{n} arrays", b"[" * n + b"]" * n
        yield f"{n} objects", b'{"x":' * (n - 1) + b"{}" + b"}" * (n - 1)
        yield f"{n} levels of both", b'{"x":' * (n - 1) + b"[]" + b"}" * (n - 1)
    yield "31 levels with siblings", b'{"a":[],"x":[0,' * 15 + b"[]" + b',{}],"y":[]}' * 15
    yield "32 levels many times", b'{"x":[' + b",".join([b"[" * 30 + b"]" * 30] * 500) + b"]}"
    yield "an array of 50000", b'{"x":[' + b",".join([b"0"] * 50000) + b"]}"
    yield "an array of 20000 objects", b'{"x":[' + b",".join([b'{"a":{}}'] * 20000) + b"]}"
    members = b",".join(b'"m%d":%d' % (i, i) for i in range(5000))
    yield "5000 members", b'{"x":{%s}}' % members
    yield "a name of 10000 bytes", b'{"%s":1}' % (b"n" * 10000)
    yield "a number of 10000 digits", b'{"x":%s}' % (b"1" * 10000)
    yield "a fraction of 10000 digits", b'{"x":0.%s}' % (b"1" * 10000)
    yield "100000 blanks after it", b"{}" + b" " * 100000


class Asker:
    """Sends texts over one connection, and a new one where the server closed it."""

    def __init__(self, server):
        self.server = server
        self.connection = server.connect()

    def ask(self, text):
        if self.connection.ended:
            self.connection.close()
            self.connection = self.server.connect()
        self.connection.send(b"POST /check?unknown=ignore HTTP/1.1\r\nHost: localhost\r\n"
                             b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                             % (len(text), text))
        response = self.connection.receive("POST")
        if (response.header("Connection") or "").lower() == "close":
            self.connection.ended = True
        return response


def check_invalid(asker, text, low=0, high=None):
    response = asker.ask(text)
    if response.status != 400:
        raise Failure(f"accepted with {response.status}: {text[:300]!r}")
    problem = response.json()
    offset = problem.get("offset")
    if problem.get("code") != "malformed_json":
        raise Failure(f"code {problem.get('code')}: {text[:300]!r}")
    high = len(text) if high is None else high
    if not isinstance(offset, int) or isinstance(offset, bool) or not low <= offset <= high:
        raise Failure(f"offset {offset!r}, expected {low} to {high}: {text[:300]!r}")


def check_valid(asker, text):
    response = asker.ask(text)
    if response.status not in (200, 422):
        raise Failure(f"refused with {response.status} {response.body[:300]!r}: {text[:300]!r}")


def printable(name):
    return ascii(name)[1:-1][:80]


def play(tap, server):
    asker = Asker(server)
    for kind, texts, check in (("invalid", invalid, check_invalid), ("valid", valid, check_valid)):
        for name, *text in texts():
            try:
                check(asker, *text)
                tap.result(None, f"{kind}: {printable(name)}")
            except (Failure, OSError) as problem:
                tap.result(problem, f"{kind}: {printable(name)}")
                asker.connection.ended = True


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: json_suite.py BINARY")
    tap = Tap()
    try:
        server = Server(sys.argv[1])
    except Failure as problem:
        tap.result(problem, "the server starts")
    else:
        play(tap, server)
        check_end(tap, server, "json_suite")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
