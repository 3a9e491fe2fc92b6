/** A version as a list of its numbers, `1.2` being `1.2.0`; undefined for a text that is none. */
function numbersOf(version: string): readonly number[] | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(version.trim());
  return match === null ? undefined : [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const index of [0, 1, 2]) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

const operators: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
};

const part = /^(>=|<=|!=|>|<|=)\s*(\S+)$/;

/** Whether a text is a constraint, such as `>= 0.5.0, < 1.0`, rather than a version. */
export function isConstraint(text: string): boolean {
  return /[<>=!,]/.test(text);
}

/** The highest of the versions that fulfils the constraint; undefined when none does or it cannot be read. */
export function highestMatching(versions: readonly string[], constraint: string): string | undefined {
  const checks: ((version: readonly number[]) => boolean)[] = [];
  for (const each of constraint.split(",")) {
    const [, operator = "", wanted = ""] = part.exec(each.trim()) ?? [];
    const numbers = numbersOf(wanted);
    const holds = operators[operator];
    if (numbers === undefined || holds === undefined) return undefined;
    checks.push((version) => holds(compare(version, numbers)));
  }
  return versions
    .flatMap((version) => {
      const numbers = numbersOf(version);
      return numbers === undefined ? [] : [{ version, numbers }];
    })
    .filter(({ numbers }) => checks.every((check) => check(numbers)))
    .sort((a, b) => compare(b.numbers, a.numbers))[0]?.version;
}

/** A version as Artifact Hub (`0.6.0`) or a Tekton Hub (`0.6`) spells it. */
export function spelledFor(hub: "artifact" | "tekton", version: string): string {
  if (hub === "artifact") return /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
  return /^(\d+\.\d+)\.0$/.exec(version)?.[1] ?? version;
}
