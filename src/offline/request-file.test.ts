import { deepEqual, equal, fail } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRequestFile } from "./request-file.ts";

const good = [
  {
    name: "lines that end in LF",
    text: 'POST /a?b=c HTTP/1.1\nX-A: 1\nx-a:2  \n\n{"k": "v"}',
    want: { method: "POST", target: "/a?b=c", rawHeaders: ["X-A", "1", "x-a", "2"], body: '{"k": "v"}' },
  },
  {
    name: "lines that end in CRLF; the body's own line ends stay",
    text: "POST / HTTP/1.1\r\nHost: x\r\n\r\na\r\nb\n",
    want: { method: "POST", target: "/", rawHeaders: ["Host", "x"], body: "a\r\nb\n" },
  },
  {
    name: "no headers and no body",
    text: "GET /live HTTP/1.0\n\n",
    want: { method: "GET", target: "/live", rawHeaders: [], body: "" },
  },
  {
    name: "line breaks after the Content-Length are the editor's",
    text: "POST / HTTP/1.1\nContent-Length: 2\n\n{}\r\n\n",
    want: { method: "POST", target: "/", rawHeaders: ["Content-Length", "2"], body: "{}" },
  },
  {
    name: "Content-Length counts bytes",
    text: "POST / HTTP/1.1\nContent-Length: 3\n\né\n",
    want: { method: "POST", target: "/", rawHeaders: ["Content-Length", "3"], body: "é\n" },
  },
  {
    name: "a byte order mark and empty lines in front",
    text: "\ufeff\n\nPOST / HTTP/1.1\n\nx",
    want: { method: "POST", target: "/", rawHeaders: [], body: "x" },
  },
  {
    name: "a header continued on the next line",
    text: "POST / HTTP/1.1\nX-A: 1\n  2\n\n",
    want: { method: "POST", target: "/", rawHeaders: ["X-A", "1 2"], body: "" },
  },
  {
    name: "a whole URL and HTTP/2",
    text: "PUT https://h.example/x HTTP/2\n\n",
    want: { method: "PUT", target: "https://h.example/x", rawHeaders: [], body: "" },
  },
  {
    name: "chunks",
    text: "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
    want: { method: "POST", target: "/", rawHeaders: ["Transfer-Encoding", "chunked"], body: "abcde" },
  },
  {
    name: "colons and quotes in a value",
    text: 'POST / HTTP/1.1\nX: a:b "c"\n\n',
    want: { method: "POST", target: "/", rawHeaders: ["X", 'a:b "c"'], body: "" },
  },
];

for (const { name, text, want } of good) {
  test(`request files: ${name}`, () => {
    const parsed = parseRequestFile(Buffer.from(text));
    if (!parsed.ok) return fail(JSON.stringify(parsed.error));
    deepEqual({ ...parsed.value, body: Buffer.from(parsed.value.body).toString() }, want);
  });
}

test("request files: bytes that are no UTF-8 stay in the body", () => {
  const parsed = parseRequestFile(Buffer.concat([Buffer.from("POST / HTTP/1.1\n\n"), Buffer.from([0xff, 0x00, 0x80])]));
  equal(parsed.ok && Buffer.from(parsed.value.body).toString("hex"), "ff0080");
});

const requestLine = "expected a request line such as `POST / HTTP/1.1`";
const bad = [
  { name: "nothing", text: "", line: 1, want: `the file is empty: ${requestLine}` },
  { name: "no version", text: "POST /\n\n", line: 1, want: `${requestLine}, found "POST /"` },
  {
    name: "two spaces",
    text: "POST  / HTTP/1.1\n\n",
    line: 1,
    want: 'expected `METHOD PATH HTTP/1.1` with single spaces, found "POST  / HTTP/1.1"',
  },
  {
    name: "a relative path",
    text: "POST hook HTTP/1.1\n\n",
    line: 1,
    want: `the path "hook" does not begin with /: ${requestLine}`,
  },
  {
    name: "a response",
    text: "HTTP/1.1 200 OK\n\n",
    line: 1,
    want: `this is the status line of a response: ${requestLine}`,
  },
  {
    name: "only a body",
    text: '{"a": 1}',
    line: 1,
    want: `this looks like a JSON body: ${requestLine}, headers and an empty line before it, or give it with --body`,
  },
  {
    name: "what curl -v prints",
    text: "> POST / HTTP/1.1\n> Host: x\n\n",
    line: 1,
    want: `the line begins with \`> \`, as curl -v prints it: ${requestLine}`,
  },
  {
    name: "a header without colon, counted with empty lines in front",
    text: "\nPOST / HTTP/1.1\nX-A: 1\nX-B\n\n",
    line: 4,
    want: 'expected a header `Name: value` or an empty line, found "X-B"',
  },
  {
    name: "a space before the colon",
    text: "POST / HTTP/1.1\nX-A : 1\n\n",
    line: 2,
    want: 'no space may stand before the colon in "X-A : 1"',
  },
  {
    name: "no empty line before the body",
    text: 'POST / HTTP/1.1\nX-A: 1\n{"a": 1}',
    line: 3,
    want: "this looks like the body: expected an empty line between headers and body",
  },
  {
    name: "the end within the headers",
    text: "POST / HTTP/1.1\nX-A: 1\n",
    line: 2,
    want: "the file ends within the headers: expected an empty line, then the body",
  },
  {
    name: "white space in front of the first header",
    text: "POST / HTTP/1.1\n X-A: 1\n\n",
    line: 2,
    want: "the line begins with white space: expected `Name: value` or an empty line",
  },
  {
    name: "a control character",
    text: "POST / HTTP/1.1\nX-A: \u0000\n\n",
    line: 2,
    want: "a header cannot hold the control character U+0000",
  },
  {
    name: "a body longer than Content-Length",
    text: "POST / HTTP/1.1\nX: 1\nContent-Length: 2\n\n{  }",
    line: 3,
    want: "Content-Length is 2, but 4 bytes follow the empty line: correct it, or leave it out",
  },
  {
    name: "a body shorter than Content-Length",
    text: "POST / HTTP/1.1\nContent-Length: 2\n\n1",
    line: 2,
    want: "Content-Length is 2, but 1 byte follows the empty line: correct it, or leave it out",
  },
  {
    name: "a Content-Length that is no number",
    text: "POST / HTTP/1.1\nContent-Length: -2\n\n",
    line: 2,
    want: "expected a number of bytes, found Content-Length: -2",
  },
  {
    name: "two lengths",
    text: "POST / HTTP/1.1\nContent-Length: 1\nContent-Length: 2\n\n",
    line: 3,
    want: "there are several different Content-Length headers: expected one",
  },
  {
    name: "chunked in name only",
    text: "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\nhello",
    line: 4,
    want: 'expected the size of a chunk in hexadecimal, found "hello": leave Transfer-Encoding out if the body is not in chunks',
  },
  {
    name: "a chunk that is cut off",
    text: "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\r\na\r\n5\r\nab",
    line: 6,
    want: "the chunk of 5 bytes is cut off after 2",
  },
];

for (const { name, text, line, want } of bad) {
  test(`request files: ${name} is told with its line`, () => {
    const parsed = parseRequestFile(Buffer.from(text));
    deepEqual(parsed, { ok: false, error: { line, message: want } });
  });
}

test("request files: whatever the bytes, the answer is a request or a line", () => {
  const piece = fc.constantFrom(
    "POST / HTTP/1.1",
    "X-A: 1",
    "Content-Length: 3",
    "Transfer-Encoding: chunked",
    "3",
    "0",
    "abc",
    " x",
    "\n",
    "\r\n",
    "\u0000",
    "é",
  );
  const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join("")));
  fc.assert(
    fc.property(fc.oneof(texts, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const parsed = parseRequestFile(bytes);
      const lines = Buffer.from(bytes).toString("latin1").split("\n").length;
      return parsed.ok
        ? parsed.value.body.length <= bytes.length
        : parsed.error.line >= 1 && parsed.error.line <= lines;
    }),
  );
});
