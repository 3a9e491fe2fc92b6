import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, localUrl, parseAddress } from "./address.ts";

const vectors = [
  { name: "host and port", text: "127.0.0.1:8080", want: { host: "127.0.0.1", port: 8080 } },
  { name: "a name", text: "localhost:0", want: { host: "localhost", port: 0 } },
  { name: "all interfaces", text: ":9000", want: { host: "0.0.0.0", port: 9000 } },
  { name: "a port alone", text: "9000", want: { host: "0.0.0.0", port: 9000 } },
  { name: "IPv6", text: "[::1]:6443", want: { host: "::1", port: 6443 } },
  { name: "no port", text: "127.0.0.1", want: undefined },
  { name: "a port too great", text: "127.0.0.1:70000", want: undefined },
  { name: "words", text: "everywhere", want: undefined },
];

for (const { name, text, want } of vectors) {
  test(`parseAddress: ${name}`, () => {
    const parsed = parseAddress(text, "--hooks-address");
    if (want === undefined) equal(parsed.ok, false);
    else deepEqual(parsed, { ok: true, value: want });
  });
}

test("addresses are printed with brackets around IPv6, and wildcards as loopback for clients", () => {
  equal(formatAddress({ host: "::1", port: 1 }), "[::1]:1");
  equal(localUrl("http", { host: "0.0.0.0", port: 8080 }), "http://127.0.0.1:8080");
});
