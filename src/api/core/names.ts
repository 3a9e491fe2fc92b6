import type { NameRule } from "./kind-strategy.ts";

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValuePattern = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const label1035Message =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const qualifiedMessage =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValueMessage =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with a DNS subdomain; empty when nothing is. */
export function subdomainProblems(name: string): readonly string[] {
  return [
    ...(name.length > 253 ? ["must be no more than 253 characters"] : []),
    ...(subdomain.test(name) ? [] : [subdomainMessage]),
  ];
}

/** What is wrong with a DNS label. */
export function labelProblems(name: string): readonly string[] {
  return [
    ...(name.length > 63 ? ["must be no more than 63 characters"] : []),
    ...(label1123.test(name) ? [] : [name.includes(".") ? "must not contain dots" : labelMessage]),
  ];
}

function label1035Problems(name: string): readonly string[] {
  return [
    ...(name.length > 63 ? ["must be no more than 63 characters"] : []),
    ...(label1035.test(name) ? [] : [label1035Message]),
  ];
}

/** What is wrong with a name by the rule of its kind. A generated name's base may end in a dash. */
export function nameProblems(rule: NameRule, name: string, prefix: boolean): readonly string[] {
  const checked = prefix && name.length > 1 && name.endsWith("-") ? `${name.slice(0, -1)}a` : name;
  switch (rule) {
    case "subdomain":
      return subdomainProblems(checked);
    case "label":
      return labelProblems(checked);
    case "label1035":
      return label1035Problems(checked);
    case "path":
      return [
        ...(!prefix && (name === "." || name === "..") ? [`may not be '${name}'`] : []),
        ...(name.includes("/") ? ["may not contain '/'"] : []),
        ...(name.includes("%") ? ["may not contain '%'"] : []),
      ];
    default:
      return rule satisfies never;
  }
}

/** What is wrong with a qualified name, such as the key of a label. */
export function qualifiedNameProblems(text: string): readonly string[] {
  const parts = text.split("/");
  const problems: string[] = [];
  let name = parts[0]!;
  if (parts.length === 2) {
    const prefix = parts[0]!;
    name = parts[1]!;
    if (prefix === "") problems.push("prefix part must be non-empty");
    else problems.push(...subdomainProblems(prefix).map((problem) => `prefix part ${problem}`));
  } else if (parts.length > 2) {
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  }
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > 63) problems.push("name part must be no more than 63 bytes");
  if (!qualifiedPart.test(name)) problems.push(qualifiedMessage);
  return problems;
}

/** What is wrong with the value of a label. */
export function labelValueProblems(value: string): readonly string[] {
  return [
    ...(value.length > 63 ? ["must be no more than 63 bytes"] : []),
    ...(labelValuePattern.test(value) ? [] : [labelValueMessage]),
  ];
}

/** What is wrong with the name of a port (RFC 6335). */
export function portNameProblems(name: string): readonly string[] {
  return [
    ...(name.length > 15 ? ["must be no more than 15 characters"] : []),
    ...(/^[-a-z0-9]+$/.test(name) ? [] : ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
    ...(/[a-z]/.test(name) ? [] : ["must contain at least one letter (a-z)"]),
    ...(name.includes("--") ? ["must not contain consecutive hyphens"] : []),
    ...(/^-|-$/.test(name) ? ["must not begin or end with a hyphen"] : []),
  ];
}
