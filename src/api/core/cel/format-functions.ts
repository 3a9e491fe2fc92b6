import { declare, type FunctionRow } from "../../../cel/function-table.ts";
import { parseTimestamp } from "../../../cel/time.ts";
import { opaqueType } from "../../../cel/types.ts";
import { CelFailure, CelOpaque, CelOptional, type Outcome } from "../../../cel/values.ts";
import { parseGoUrl } from "../../../json/go-url.ts";
import { labelValueProblems, nameProblems, qualifiedNameProblems } from "../names.ts";

const typeName = "kubernetes.NamedFormat";

type Problems = (text: string) => readonly string[];

class CelFormat extends CelOpaque {
  readonly typeName = typeName;
  readonly name: string;
  readonly problems: Problems;

  constructor(name: string, problems: Problems) {
    super();
    this.name = name;
    this.problems = problems;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelFormat && this.name === other.name;
  }
}

function unless(isGood: (text: string) => boolean, problem: string): Problems {
  return (text) => (isGood(text) ? [] : [problem]);
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

const problemsByFormat: Readonly<Record<string, Problems>> = {
  dns1123Label: (text) => nameProblems("label", text, false),
  dns1123Subdomain: (text) => nameProblems("subdomain", text, false),
  dns1035Label: (text) => nameProblems("label1035", text, false),
  dns1123LabelPrefix: (text) => nameProblems("label", text, true),
  dns1123SubdomainPrefix: (text) => nameProblems("subdomain", text, true),
  dns1035LabelPrefix: (text) => nameProblems("label1035", text, true),
  qualifiedName: qualifiedNameProblems,
  labelValue: labelValueProblems,
  uri: (text) => {
    const parsed = parseGoUrl(text);
    return parsed.ok ? [] : [parsed.error];
  },
  uuid: unless((text) => uuid.test(text), "does not match the UUID format"),
  byte: unless((text) => base64.test(text), "invalid base64"),
  date: unless((text) => !(parseTimestamp(`${text}T00:00:00Z`) instanceof CelFailure), "invalid date"),
  datetime: unless((text) => !(parseTimestamp(text) instanceof CelFailure), "invalid datetime"),
};

const formats = new Map(
  Object.entries(problemsByFormat).map(([name, problems]) => [name, new CelFormat(name, problems)]),
);

function validate({ problems }: CelFormat, text: string): Outcome {
  const found = problems(text);
  return new CelOptional(found.length === 0 ? undefined : found);
}

const rows: readonly FunctionRow[] = [
  ...[...formats].map(([name, format]): FunctionRow => [`format.${name}() -> Format`, () => format]),
  ["format.named(string) -> optional(Format)", (name: string) => new CelOptional(formats.get(name))],
  ["Format.validate(string) -> optional(list(string))", validate],
];

/** Whether text has a form that Kubernetes knows by name (Kubernetes documentation of CEL, "Kubernetes format library"). */
export const formatFunctions = declare(rows, { isGuarded: true, types: { Format: opaqueType(typeName) } });
