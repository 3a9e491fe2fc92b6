import { createHmac, timingSafeEqual } from "node:crypto";
import { quoteGo } from "../json/go-print.ts";
import { err, ok, type Result } from "../result.ts";

/** The hash functions that a signature may name in front of its hex digits. */
const algorithms: ReadonlySet<string> = new Set(["sha1", "sha256", "sha512"]);

/** The HMAC that a signature header claims. */
interface ClaimedMac {
  readonly algorithm: string;
  readonly mac: Uint8Array;
}

/**
 * Verifies `<alg>=<hex>` over exactly these bytes, in constant time. The errors are the texts that Tekton prints
 * (spec: event processing, section 7).
 */
export function verifyPrefixedSignature(signature: string, body: Uint8Array, secret: string): Result<void, string> {
  const claimed = parseSignature(signature);
  if (!claimed.ok) return claimed;
  const { algorithm, mac } = claimed.value;
  return isMac(algorithm, body, secret, mac) ? ok(undefined) : err("payload signature check failed");
}

/** Verifies bare hex digits of an HMAC-SHA256 over exactly these bytes, in constant time. */
export function verifyHexSignature(signature: string, body: Uint8Array, secret: string): Result<void, string> {
  const mac = decodeHex(signature);
  if (!mac.ok) return err(`error decoding signature ${quoteGo(signature)}: ${mac.error}`);
  return isMac("sha256", body, secret, mac.value) ? ok(undefined) : err("payload signature check failed");
}

/** Whether two secrets are equal; takes the same time wherever they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function parseSignature(signature: string): Result<ClaimedMac, string> {
  const equals = signature.indexOf("=");
  if (equals < 0) return err(`error parsing signature ${quoteGo(signature)}`);
  const algorithm = signature.slice(0, equals);
  if (!algorithms.has(algorithm)) return err(`unknown hash type prefix: ${quoteGo(algorithm)}`);
  const mac = decodeHex(signature.slice(equals + 1));
  if (!mac.ok) return err(`error decoding signature ${quoteGo(signature)}: ${mac.error}`);
  return ok({ algorithm, mac: mac.value });
}

interface KnownMac {
  readonly body: Uint8Array;
  readonly algorithm: string;
  readonly secret: string;
  readonly mac: Uint8Array;
}

/** The last HMAC: the triggers of a listener, which look at one event after the other, mostly share their secret. */
let known: KnownMac | undefined;

/** Larger bodies are not held on to. */
const maxKnownBytes = 1024 * 1024;

function macOf(algorithm: string, body: Uint8Array, secret: string): Uint8Array {
  if (known?.body === body && known.algorithm === algorithm && isSameSecret(known.secret, secret)) return known.mac;
  const mac = createHmac(algorithm, secret).update(body).digest();
  known = body.length <= maxKnownBytes ? { body, algorithm, secret, mac } : undefined;
  return mac;
}

function isMac(algorithm: string, body: Uint8Array, secret: string, claimed: Uint8Array): boolean {
  const mac = macOf(algorithm, body, secret);
  return mac.length === claimed.length && timingSafeEqual(mac, claimed);
}

const hexDigits = /^(?:[0-9a-fA-F]{2})*$/;

/** Decodes hex digits; a wrong one is reported before an odd length, as Go's decoder does. */
function decodeHex(text: string): Result<Uint8Array, string> {
  if (hexDigits.test(text)) return ok(Buffer.from(text, "hex"));
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    if (/[0-9a-fA-F]/.test(character)) continue;
    const code = `U+${byte.toString(16).toUpperCase().padStart(4, "0")}`;
    return err(`encoding/hex: invalid byte: ${code}${isPrintable(byte) ? ` '${character}'` : ""}`);
  }
  return err("encoding/hex: odd length hex string");
}

/** Whether Go would show this byte, read as a Latin-1 code point, beside its number. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
}
