/** resource.Quantity: parsing, comparing and the canonical form Kubernetes prints. */

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(m|u|n|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,3})?$/;
const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

interface Parsed {
  /** In units of 10⁻⁹, rounded away from zero. */
  readonly nanos: bigint;
  readonly format: "decimal" | "binary" | "exponent";
}

function parse(text: string): Parsed | undefined {
  if (text.length > 64) return undefined;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = "", suffix = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(`${whole}${fraction}` || "0");
  let numerator = digits;
  let exponent = 9 - fraction.length;
  let format: Parsed["format"] = "decimal";
  const binary = binaryExponents[suffix];
  if (binary !== undefined) {
    numerator *= 2n ** BigInt(binary);
    format = "binary";
  } else if (/^[eE][+-]?\d/.test(suffix)) {
    exponent += Number(suffix.slice(1));
    format = "exponent";
  } else if (suffix !== "") exponent += decimalExponents[suffix]!;
  let nanos: bigint;
  if (exponent >= 0) nanos = numerator * 10n ** BigInt(exponent);
  else {
    const divisor = 10n ** BigInt(-exponent);
    nanos = (numerator + divisor - 1n) / divisor;
  }
  return { nanos: sign === "-" ? -nanos : nanos, format };
}

/** The form Kubernetes prints (`1000m` is `1`, `1024Mi` is `1Gi`); undefined when the text is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const parsed = parse(text);
  if (!parsed) return undefined;
  const { nanos, format } = parsed;
  if (nanos === 0n) return "0";
  const one = 1_000_000_000n;
  const size = nanos < 0n ? -nanos : nanos;
  const sign = nanos < 0n ? "-" : "";
  if (format === "binary" && size % one === 0n && size >= 1024n * one) {
    let value = size / one;
    let suffix = "";
    for (const candidate of Object.keys(binaryExponents)) {
      if (value % 1024n !== 0n) break;
      value /= 1024n;
      suffix = candidate;
    }
    return `${sign}${value}${suffix}`;
  }
  let value = size;
  let exponent = -9;
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (format === "exponent") return `${sign}${value}${exponent === 0 ? "" : `e${exponent}`}`;
  const suffix = Object.entries(decimalExponents).find(([, candidate]) => candidate === exponent)?.[0] ?? "";
  return `${sign}${value}${suffix}`;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`; both must be quantities. */
export function compareQuantities(a: string, b: string): number {
  const difference = (parse(a)?.nanos ?? 0n) - (parse(b)?.nanos ?? 0n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
