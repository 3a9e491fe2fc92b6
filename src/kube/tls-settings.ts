import { getCiphers } from "node:tls";
import { err, ok, type Result } from "../result.ts";

/** What a server's TLS accepts, in the form that Node's TLS options have. */
export interface TlsSettings {
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  readonly maxVersion?: "TLSv1.2" | "TLSv1.3";
  /** OpenSSL names, joined by colons. */
  readonly ciphers?: string;
  readonly ecdhCurve?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const versions: ReadonlyMap<string, "TLSv1.2" | "TLSv1.3"> = new Map(
  (["1.2", "1.3"] as const).flatMap((version) => {
    const value = `TLSv${version}` as const;
    const spellings = [version, `TLS${version}`, value, `VersionTLS${version.replace(".", "")}`];
    const number = version === "1.2" ? 0x0303 : 0x0304;
    return [...spellings, String(number), `0x0${number.toString(16)}`].map((spelling) => [spelling, value] as const);
  }),
);

/** Go's names of curves, and their numbers in TLS. */
const curves: ReadonlyMap<string, string> = new Map([
  ["CurveP256", "P-256"],
  ["P-256", "P-256"],
  ["P256", "P-256"],
  ["23", "P-256"],
  ["CurveP384", "P-384"],
  ["P-384", "P-384"],
  ["P384", "P-384"],
  ["24", "P-384"],
  ["CurveP521", "P-521"],
  ["P-521", "P-521"],
  ["P521", "P-521"],
  ["25", "P-521"],
  ["X25519", "X25519"],
  ["29", "X25519"],
  ["X25519MLKEM768", "X25519MLKEM768"],
  ["4588", "X25519MLKEM768"],
]);

/** Cipher suites of TLS 1.2 and 1.3: IANA's name, OpenSSL's name, number. */
const suites: readonly (readonly [name: string, openssl: string, number: number])[] = [
  ["TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", 0x1301],
  ["TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", 0x1302],
  ["TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", 0x1303],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", 0xc02b],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", 0xc02c],
  ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256", 0xc02f],
  ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384", 0xc030],
  ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305", 0xcca8],
  ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", 0xcca9],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ECDHE-ECDSA-AES128-SHA256", 0xc023],
  ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256", 0xc027],
];

/**
 * Reads `<prefix>TLS_MIN_VERSION`, `_MAX_VERSION`, `_CIPHER_SUITES` and `_CURVE_PREFERENCES` (spec: controller,
 * sections 7 and 8). A value that is not understood is an error: the component must not start with less than was asked.
 */
export function readTlsSettings(
  env: Env,
  { prefix, minVersion }: { readonly prefix: "" | "WEBHOOK_"; readonly minVersion: "TLSv1.2" | "TLSv1.3" },
): Result<TlsSettings, string> {
  const least = readVersion(env, `${prefix}TLS_MIN_VERSION`);
  if (!least.ok) return least;
  const most = readVersion(env, `${prefix}TLS_MAX_VERSION`);
  if (!most.ok) return most;
  const ciphers = readList(env, `${prefix}TLS_CIPHER_SUITES`, opensslName);
  if (!ciphers.ok) return ciphers;
  const curve = readList(env, `${prefix}TLS_CURVE_PREFERENCES`, (name) => curves.get(name));
  if (!curve.ok) return curve;
  const min = least.value ?? minVersion;
  if (most.value !== undefined && most.value < min)
    return err(`${prefix}TLS_MAX_VERSION is below the least version ${min}`);
  return ok({
    minVersion: min,
    ...(most.value === undefined ? {} : { maxVersion: most.value }),
    ...(ciphers.value === "" ? {} : { ciphers: ciphers.value }),
    ...(curve.value === "" ? {} : { ecdhCurve: curve.value }),
  });
}

function readVersion(env: Env, name: string): Result<"TLSv1.2" | "TLSv1.3" | undefined, string> {
  const text = env[name]?.trim() ?? "";
  if (text === "") return ok(undefined);
  const version = versions.get(text);
  return version === undefined ? err(`${name}=${text}: a TLS version is 1.2 or 1.3`) : ok(version);
}

function readList(env: Env, name: string, find: (text: string) => string | undefined): Result<string, string> {
  const entries = (env[name] ?? "").split(",").map((entry) => entry.trim());
  const found: string[] = [];
  for (const entry of entries.filter((text) => text !== "")) {
    const value = find(entry);
    if (value === undefined) return err(`${name}: ${entry} is not known`);
    found.push(value);
  }
  return ok(found.join(":"));
}

function opensslName(text: string): string | undefined {
  const found = suites.find(
    ([name, , number]) => name === text || (/^(0x)?[0-9a-f]+$/i.test(text) && Number(text) === number),
  );
  return found !== undefined && getCiphers().includes(found[1].toLowerCase()) ? found[1] : undefined;
}
