import { equal } from "node:assert/strict";
import { test } from "node:test";
import { isTrustedHost } from "./browser-request.ts";

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
