import { declare, type FunctionRow } from "../../../cel/function-table.ts";
import { opaqueType } from "../../../cel/types.ts";
import { CelFailure, CelOpaque } from "../../../cel/values.ts";

const typeName = "kubernetes.Semver";
const numeric = "(0|[1-9]\\d*)";
const pattern = new RegExp(
  `^${numeric}\\.${numeric}\\.${numeric}(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

class CelSemver extends CelOpaque {
  readonly typeName = typeName;
  /** Major, minor, patch. */
  readonly numbers: readonly [bigint, bigint, bigint];
  /** Identifiers of a pre-release. */
  readonly before: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], before: readonly string[]) {
    super();
    this.numbers = numbers;
    this.before = before;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelSemver && compare(this, other) === 0n;
  }
}

/** What people write for a version: a leading `v`, zeros in front, parts left out. */
function normalized(text: string): string {
  const [, core = "", rest = ""] = /^v?([^+-]*)(.*)$/s.exec(text) ?? [];
  const parts = core.split(".").map((part) => part.replace(/^0+(?=\d)/, ""));
  while (parts.length < 3) parts.push("0");
  return parts.join(".") + rest;
}

function parse(text: string): CelSemver | undefined {
  const found = pattern.exec(text);
  if (!found) return undefined;
  const [, major = "", minor = "", patch = "", before] = found;
  const identifiers = before?.split(".") ?? [];
  if (identifiers.some((identifier) => /^0\d+$/.test(identifier))) return undefined;
  return new CelSemver([BigInt(major), BigInt(minor), BigInt(patch)], identifiers);
}

function read(text: string): CelSemver | CelFailure {
  return parse(text) ?? new CelFailure(`semver parse error during conversion from string: ${JSON.stringify(text)}`);
}

function compare(a: CelSemver, b: CelSemver): bigint {
  for (const [i, part] of a.numbers.entries()) {
    const other = b.numbers[i]!;
    if (part !== other) return part < other ? -1n : 1n;
  }
  return comparePreRelease(a.before, b.before);
}

/** A release comes after its pre-releases; numbers come before words (Semantic Versioning 2.0.0, point 11). */
function comparePreRelease(a: readonly string[], b: readonly string[]): bigint {
  if (a.length === 0 || b.length === 0) return BigInt(Math.sign(b.length - a.length));
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareIdentifiers(a[i]!, b[i]!);
    if (order !== 0n) return order;
  }
  return BigInt(Math.sign(a.length - b.length));
}

function compareIdentifiers(a: string, b: string): bigint {
  if (a === b) return 0n;
  const areNumbers = [a, b].map((text) => /^\d+$/.test(text));
  if (areNumbers[0] && areNumbers[1]) return BigInt(a) < BigInt(b) ? -1n : 1n;
  if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? -1n : 1n;
  return a < b ? -1n : 1n;
}

const rows: readonly FunctionRow[] = [
  ["semver(string) -> Semver", read],
  ["semver(string, bool) -> Semver", (text: string, normalize: boolean) => read(normalize ? normalized(text) : text)],
  ["isSemver(string) -> bool", (text: string) => parse(text) !== undefined],
  [
    "isSemver(string, bool) -> bool",
    (text: string, normalize: boolean) => parse(normalize ? normalized(text) : text) !== undefined,
  ],
  ["Semver.major() -> int", ({ numbers }: CelSemver) => numbers[0]],
  ["Semver.minor() -> int", ({ numbers }: CelSemver) => numbers[1]],
  ["Semver.patch() -> int", ({ numbers }: CelSemver) => numbers[2]],
  ["Semver.isGreaterThan(Semver) -> bool", (a: CelSemver, b: CelSemver) => compare(a, b) > 0n],
  ["Semver.isLessThan(Semver) -> bool", (a: CelSemver, b: CelSemver) => compare(a, b) < 0n],
  ["Semver.compareTo(Semver) -> int", compare],
];

/** Versions such as `1.2.3-rc.1` (Kubernetes documentation of CEL, "Kubernetes semver library"). */
export const semverFunctions = declare(rows, { isGuarded: true, types: { Semver: opaqueType(typeName) } });
