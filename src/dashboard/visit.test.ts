import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { acceptedLanguage } from "./messages/language.ts";
import { isTrustedHost, pathSegments } from "./visit.ts";

const hosts = [
  { host: "127.0.0.1:8082", want: true },
  { host: "localhost", want: true },
  { host: "[::1]:8082", want: true },
  { host: "ci.example.com", want: true },
  { host: "CI.example.com:443", want: true },
  { host: "evil.example.com:8082", want: false },
  { host: "127.0.0.1.evil.example.com", want: false },
  { host: "localhost@evil.example.com", want: false },
  { host: "", want: false },
  { host: undefined, want: false },
];

for (const { host, want } of hosts) {
  test(`Host ${host} is ${want ? "" : "not "}trusted`, () =>
    equal(isTrustedHost(host, new Set(["ci.example.com"])), want));
}

const accepted = [
  { header: undefined, want: "en" },
  { header: "ko-KR,ko;q=0.9,en;q=0.8", want: "ko" },
  { header: "de, en;q=0.5, ko;q=0.7", want: "ko" },
  { header: "ko;q=0, fr", want: "en" },
  { header: "__proto__, constructor", want: "en" },
];

for (const { header, want } of accepted) {
  test(`Accept-Language ${header} is ${want}`, () => equal(acceptedLanguage(header), want));
}

test("paths are decoded segment by segment", () => {
  deepEqual(pathSegments("/runs/a%2Fb/"), ["runs", "a/b"]);
  deepEqual(pathSegments("/"), []);
  equal(pathSegments("/%zz"), undefined);
});
