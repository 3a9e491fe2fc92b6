import { err, ok, type Result } from "../result.ts";

/** How a quantity was written, which decides how it is printed. */
type Format = "decimal" | "binary" | "exponent";

/** A Kubernetes resource quantity, exact: `units * 10^-9`. */
export interface Quantity {
  /** The value in thousand-millionths. */
  readonly nanos: bigint;
  readonly format: Format;
}

const pattern = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*)([-+]?)([0-9]*)$/;

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const decimalSuffixes = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);

const binarySuffixes = new Map([
  ["Ki", 10],
  ["Mi", 20],
  ["Gi", 30],
  ["Ti", 40],
  ["Pi", 50],
  ["Ei", 60],
]);

const nanosPerUnit = 1_000_000_000n;
const greatest = (2n ** 63n - 1n) * nanosPerUnit;
/** Beyond this an exponent only costs time: the value is already at a bound. */
const exponentBound = 60;

/**
 * Reads a quantity such as `1500m`, `0.5Gi` or `1e9`. Finer parts than 10^-9 are rounded away from zero; the error is
 * the text that the API server gives.
 */
export function parseQuantity(text: string): Result<Quantity, string> {
  const parts = pattern.exec(text);
  if (parts === null || text === "") return err(wrongFormat);
  const [, sign, whole = "", fraction = "", letters = "", exponentSign = "", exponentDigits = ""] = parts;
  // A sign alone is zero (a quirk).
  if (text === "+" || text === "-") return ok({ nanos: 0n, format: "decimal" });
  const scale = readSuffix(letters, exponentSign, exponentDigits);
  if (scale === undefined) return err("unable to parse quantity's suffix");
  if (whole === "" && fraction === "") return err("unable to parse numeric part of quantity");

  const digits = BigInt(`${whole}${fraction}`);
  let nanos: bigint;
  if (scale.format === "binary") {
    nanos = divideAwayFromZero(digits * 2n ** BigInt(scale.exponent) * nanosPerUnit, 10n ** BigInt(fraction.length));
  } else {
    const power = scale.exponent - fraction.length + 9;
    nanos = power >= 0 ? digits * 10n ** BigInt(power) : divideAwayFromZero(digits, 10n ** BigInt(-power));
  }
  const small = scale.format !== "binary" && (whole.replace(/^0+/, "") + fraction).length <= 18;
  if (nanos > greatest && !small) nanos = greatest;
  const format = scale.format === "binary" && nanos > 0n && nanos < nanosPerUnit ? "decimal" : scale.format;
  return ok({ nanos: sign === "-" ? -nanos : nanos, format });
}

function readSuffix(
  letters: string,
  sign: string,
  digits: string,
): { readonly format: Format; readonly exponent: number } | undefined {
  if ((letters === "e" || letters === "E") && digits !== "") {
    const exponent = Number(`${sign}${digits}`);
    const bounded = Math.max(-exponentBound, Math.min(exponentBound, exponent));
    return { format: "exponent", exponent: bounded };
  }
  if (sign !== "" || digits !== "") return undefined;
  const binary = binarySuffixes.get(letters);
  if (binary !== undefined) return { format: "binary", exponent: binary };
  const decimal = decimalSuffixes.get(letters);
  return decimal === undefined ? undefined : { format: "decimal", exponent: decimal };
}

function divideAwayFromZero(value: bigint, by: bigint): bigint {
  return value % by === 0n ? value / by : value / by + 1n;
}

/** The canonical text: no fraction, the largest suffix that loses nothing. */
export function printQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return "0";
  const kilo = 1024n * nanosPerUnit;
  if (format === "binary" && (nanos >= kilo || nanos <= -kilo) && nanos % nanosPerUnit === 0n) {
    return shrink(nanos / nanosPerUnit, 1024n, 0, 10, binarySuffixes);
  }
  if (format === "exponent") {
    const { value, exponent } = factor(nanos, 1000n, -9, 3, 60);
    return exponent === 0 ? String(value) : `${value}e${exponent}`;
  }
  return shrink(nanos, 1000n, -9, 3, decimalSuffixes);
}

function factor(value: bigint, by: bigint, from: number, step: number, last: number) {
  let rest = value;
  let exponent = from;
  while (rest % by === 0n && exponent < last) {
    rest /= by;
    exponent += step;
  }
  return { value: rest, exponent };
}

function shrink(value: bigint, by: bigint, from: number, step: number, suffixes: ReadonlyMap<string, number>): string {
  const last = Math.max(...suffixes.values());
  const { value: rest, exponent } = factor(value, by, from, step, last);
  const suffix = [...suffixes].find(([, each]) => each === exponent)?.[0] ?? "";
  return `${rest}${suffix}`;
}
