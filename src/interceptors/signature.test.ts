import { deepEqual, equal } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { isSameSecret, verifyHexSignature, verifyPrefixedSignature } from "./signature.ts";

const body = Buffer.from([0x7b, 0xff, 0x7d]); // not UTF-8 on purpose
const mac = (algorithm: string) => createHmac(algorithm, "s3cret").update(body).digest("hex");

const prefixed = [
  { name: "sha256", signature: `sha256=${mac("sha256")}` },
  { name: "sha1", signature: `sha1=${mac("sha1")}` },
  { name: "upper-case digits", signature: `sha512=${mac("sha512").toUpperCase()}` },
  { name: "another body's", signature: `sha256=${"0".repeat(64)}`, error: "payload signature check failed" },
  { name: "empty digits", signature: "sha256=", error: "payload signature check failed" },
  { name: "no equals sign", signature: 'a"b', error: 'error parsing signature "a\\"b"' },
  { name: "unknown hash", signature: "md5=00", error: 'unknown hash type prefix: "md5"' },
  { name: "upper-case hash", signature: "SHA256=00", error: 'unknown hash type prefix: "SHA256"' },
  {
    name: "not hex",
    signature: "sha256=zz",
    error: `error decoding signature "sha256=zz": encoding/hex: invalid byte: U+007A 'z'`,
  },
  {
    name: "not hex, beyond ASCII",
    signature: "sha256=é",
    error: `error decoding signature "sha256=é": encoding/hex: invalid byte: U+00C3 'Ã'`,
  },
  {
    name: "odd number of digits",
    signature: "sha256=abc",
    error: 'error decoding signature "sha256=abc": encoding/hex: odd length hex string',
  },
];
for (const { name, signature, error } of prefixed) {
  test(`prefixed signature: ${name}`, () => {
    const want = error === undefined ? { ok: true, value: undefined } : { ok: false, error };
    deepEqual(verifyPrefixedSignature(signature, body, "s3cret"), want);
  });
}

test("a bare signature is the SHA-256 HMAC of the raw bytes", () => {
  equal(verifyHexSignature(mac("sha256"), body, "s3cret").ok, true);
  equal(verifyHexSignature(mac("sha1"), body, "s3cret").ok, false);
  equal(verifyHexSignature(`${mac("sha256")}00`, body, "s3cret").ok, false);
});

test("what is known of a body counts for its own secret and hash only", () => {
  for (const secret of ["s3cret", "other", "s3cret"]) {
    for (const [name, want] of [
      ["sha1", secret === "s3cret"],
      ["sha256", secret === "s3cret"],
    ] as const) {
      equal(verifyPrefixedSignature(`${name}=${mac(name)}`, body, secret).ok, want, `${name} with ${secret}`);
    }
  }
});

test("secrets are compared by their bytes", () => {
  equal(isSameSecret("é", "é"), true);
  equal(isSameSecret("a", "ab"), false);
});
