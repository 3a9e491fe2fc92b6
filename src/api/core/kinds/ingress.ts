import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, invalid, notSupported, required } from "../field-problem.ts";
import { child, type Fields, items, number, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameProblems, portNameProblems, subdomainProblems } from "../names.ts";
import { isIpAddress } from "./service.ts";

const pathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
const wildcard = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const wildcardMessage =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Ingress. */
export const ingressStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  validate: (object) => {
    const spec = child(object, "spec") ?? {};
    const rules = items(spec, "rules");
    const fallback = child(spec, "defaultBackend");
    const className = text(spec, "ingressClassName");
    return [
      ...(rules.length === 0 && !fallback
        ? [invalid("spec", spec, "either `defaultBackend` or `rules` must be specified")]
        : []),
      ...items(spec, "tls").flatMap((tls, index) =>
        strings(tls, "hosts").flatMap((host, number_) => hostProblems(host, `spec.tls[${index}].hosts[${number_}]`)),
      ),
      ...rules.flatMap((rule, index) => ruleProblems(rule, `spec.rules[${index}]`)),
      ...(fallback ? backendProblems(fallback, "spec.defaultBackend") : []),
      ...(className === ""
        ? []
        : subdomainProblems(className).map((detail) => invalid("spec.ingressClassName", className, detail))),
    ];
  },
};

function ruleProblems(rule: Fields, at: string): readonly FieldProblem[] {
  const host = text(rule, "host");
  const problems: FieldProblem[] = [];
  if (isIpAddress(host)) problems.push(invalid(`${at}.host`, host, "must be a DNS name, not an IP address"));
  if (host !== "") problems.push(...hostProblems(host, `${at}.host`));
  const http = child(rule, "http");
  if (!http) return problems;
  const paths = items(http, "paths");
  if (paths.length === 0) problems.push(required(`${at}.http.paths`));
  return [...problems, ...paths.flatMap((path, index) => pathProblems(path, `${at}.http.paths[${index}]`))];
}

function hostProblems(host: string, at: string): readonly FieldProblem[] {
  if (host.includes("*")) return wildcard.test(host) ? [] : [invalid(at, host, wildcardMessage)];
  return subdomainProblems(host).map((detail) => invalid(at, host, detail));
}

function pathProblems(path: Fields, at: string): readonly FieldProblem[] {
  const type = text(path, "pathType");
  if (type === "") return [required(`${at}.pathType`, "pathType must be specified")];
  const value = text(path, "path");
  const problems: FieldProblem[] = [];
  const refuse = (reason: string): unknown => problems.push(invalid(`${at}.path`, value, reason));
  if (!pathTypes.includes(type)) problems.push(notSupported(`${at}.pathType`, type, pathTypes));
  else if (type === "ImplementationSpecific") {
    if (value !== "" && !value.startsWith("/")) refuse("must be an absolute path");
  } else {
    if (!value.startsWith("/")) refuse("must be an absolute path");
    for (const part of ["//", "/./", "/../", "%2f", "%2F"])
      if (value.includes(part)) refuse(`must not contain '${part}'`);
    for (const end of ["/..", "/."]) if (value.endsWith(end)) refuse(`cannot end with '${end}'`);
  }
  return [...problems, ...backendProblems(child(path, "backend") ?? {}, `${at}.backend`)];
}

function backendProblems(backend: JsonObject, at: string): readonly FieldProblem[] {
  const service = child(backend, "service");
  const resource = child(backend, "resource");
  if (service && resource) return [invalid(at, "", "cannot set both resource and service backends")];
  if (service) return serviceProblems(service, at);
  if (!resource) return [invalid(at, "", "resource or service backend is required")];
  return ["kind", "name"].flatMap((field) =>
    text(resource, field) === "" ? [required(`${at}.resource.${field}`)] : [],
  );
}

function serviceProblems(service: Fields, at: string): readonly FieldProblem[] {
  const name = text(service, "name");
  const field = `${at}.service`;
  const problems =
    name === ""
      ? [required(`${field}.name`)]
      : nameProblems("label", name, false).map((detail) => invalid(`${field}.name`, name, detail));
  const portName = text(child(service, "port"), "name");
  const port = number(child(service, "port"), "number") ?? 0;
  if (portName !== "" && port !== 0) problems.push(invalid(at, "", "cannot set both port name & port number"));
  else if (portName !== "")
    problems.push(...portNameProblems(portName).map((detail) => invalid(`${field}.port.name`, portName, detail)));
  else if (port === 0) problems.push(required(at, "port name or number is required"));
  else if (port < 1 || port > 65535)
    problems.push(invalid(`${field}.port.number`, port, "must be between 1 and 65535, inclusive"));
  return problems;
}
