import { equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { goUrl, parseGoUrl, printGoUrl } from "./go-url.ts";

const printed: readonly (readonly [string, string])[] = [
  ["", ""],
  ["HTTP://Host.Test/Path", "http://Host.Test/Path"],
  ["http://h/a b?q=a b#f g", "http://h/a%20b?q=a b#f%20g"],
  ["http://h/ü", "http://h/%C3%BC"],
  ["http://h/%c3%bc", "http://h/%c3%bc"],
  ["http://h/a%2Fb", "http://h/a%2Fb"],
  ["http://h/a!(b)", "http://h/a!(b)"],
  ["http://h?", "http://h?"],
  ["http://h?a?b", "http://h?a?b"],
  ["http://u:p%40w@h:80/", "http://u:p%40w@h:80/"],
  ["http://u@h", "http://u@h"],
  ["mailto:a@b.c", "mailto:a@b.c"],
  ["//h/p", "//h/p"],
  ["/just/a/path", "/just/a/path"],
  ["relative", "relative"],
  ["http://[::1]:8080/x", "http://[::1]:8080/x"],
  ["http://[fe80::1%25en0]/", "http://[fe80::1%25en0]/"],
  ["*", "*"],
  ["http://h/#", "http://h/"],
  ["http:/p", "http:/p"],
  ["file:///p", "file:///p"],
  ["http://[::1%25a%20b]/", "http://[::1%25a%20b]/"],
];

for (const [text, want] of printed) {
  test(`prints ${JSON.stringify(text)}`, () => {
    const url = parseGoUrl(text);
    equal(url.ok ? printGoUrl(url.value) : url.error, want);
  });
}

const wrong: readonly (readonly [string, string])[] = [
  ["http://h/%zz", 'parse "http://h/%zz": invalid URL escape "%zz"'],
  ["http://h%41/", 'parse "http://h%41/": invalid URL escape "%41"'],
  ["http://h:x/", 'parse "http://h:x/": invalid port ":x" after host'],
  ["http://[::1", "parse \"http://[::1\": missing ']' in host"],
  [":x", 'parse ":x": missing protocol scheme'],
  ["1:x", 'parse "1:x": first path segment in URL cannot contain colon'],
  ["a\nb", 'parse "a\\nb": net/url: invalid control character in URL'],
  ["http://h/%aé", 'parse "http://h/%aé": invalid URL escape "%a\\xc3"'],
  ["http://[::1%25%2f]/", 'parse "http://[::1%25%2f]/": invalid URL escape "%2f"'],
  ["http://[1]/", 'parse "http://[1]/": invalid host: ParseAddr("1"): unable to parse IP'],
  ["http://a[::1]/", 'parse "http://a[::1]/": invalid IP-literal'],
  ["http://a b/", 'parse "http://a b/": invalid character " " in host name'],
];

for (const [text, want] of wrong) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    const url = parseGoUrl(text);
    equal(url.ok ? printGoUrl(url.value) : url.error, want);
  });
}

test("escapes a path inside a host, and whatever a path cannot hold", () => {
  equal(printGoUrl(goUrl({ scheme: "http", host: "h/p" })), "http://h%2Fp");
  equal(printGoUrl(goUrl({ scheme: "http", host: "s.n.svc:80", path: "/a b?c#d" })), "http://s.n.svc:80/a%20b%3Fc%23d");
  equal(printGoUrl(goUrl({ path: "a:b" })), "./a:b");
});

test("printing what was printed changes nothing", () => {
  const texts = fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string());
  fc.assert(
    fc.property(texts, (text) => {
      const first = parseGoUrl(text);
      if (!first.ok) return;
      const once = printGoUrl(first.value);
      const second = parseGoUrl(once);
      equal(second.ok ? printGoUrl(second.value) : second.error, once);
    }),
  );
});
