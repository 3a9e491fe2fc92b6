import type { JsonObject } from "../../../json/value.ts";
import { conditionProblems } from "../cel/expression-problems.ts";
import { admissionEnvironment } from "../cel/kubernetes-environments.ts";
import { duplicate, type FieldProblem, invalid, notSupported, required } from "../field-problem.ts";
import { child, type Fields, items, number, setDefault, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { subdomainProblems } from "../names.ts";

/** What the conditions of a webhook can name. */
export const webhookEnvironment = admissionEnvironment(["object", "oldObject", "request"]);

const operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

export const mutatingWebhookStrategy: KindStrategy = webhookStrategy(true);
export const validatingWebhookStrategy: KindStrategy = webhookStrategy(false);

function webhookStrategy(isMutating: boolean): KindStrategy {
  return {
    nameRule: "subdomain",
    generation: true,
    default: (configuration) => {
      for (const webhook of items(configuration, "webhooks")) fillIn(webhook, isMutating);
    },
    validate: (configuration) => {
      const names = new Set<string>();
      return items(configuration, "webhooks").flatMap((webhook, index) => {
        const at = `webhooks[${index}]`;
        const name = text(webhook, "name");
        const repeated = name !== "" && names.has(name) ? [duplicate(`${at}.name`, name)] : [];
        names.add(name);
        return [...webhookProblems(webhook, at, isMutating), ...versionProblems(webhook, at), ...repeated];
      });
    },
  };
}

function fillIn(webhook: Fields, isMutating: boolean): void {
  setDefault(webhook, "failurePolicy", "Fail");
  setDefault(webhook, "matchPolicy", "Equivalent");
  setDefault(webhook, "namespaceSelector", {});
  setDefault(webhook, "objectSelector", {});
  setDefault(webhook, "timeoutSeconds", 10);
  if (isMutating) setDefault(webhook, "reinvocationPolicy", "Never");
  const service = child(child(webhook, "clientConfig"), "service");
  if (service !== undefined) setDefault(service, "port", 443);
  for (const rule of items(webhook, "rules")) setDefault(rule, "scope", "*");
}

function webhookProblems(webhook: JsonObject, at: string, isMutating: boolean): readonly FieldProblem[] {
  const problems = [...nameProblems(text(webhook, "name"), `${at}.name`)];
  for (const [index, rule] of items(webhook, "rules").entries())
    problems.push(...ruleProblems(rule, `${at}.rules[${index}]`));
  const oneOf = (field: string, allowed: readonly string[]): void => {
    const value = text(webhook, field);
    if (value !== "" && !allowed.includes(value)) problems.push(notSupported(`${at}.${field}`, value, allowed));
  };
  oneOf("failurePolicy", ["Fail", "Ignore"]);
  oneOf("matchPolicy", ["Equivalent", "Exact"]);
  if (text(webhook, "sideEffects") === "")
    problems.push(required(`${at}.sideEffects`, "must specify one of None, NoneOnDryRun"));
  else oneOf("sideEffects", ["None", "NoneOnDryRun"]);
  const timeout = number(webhook, "timeoutSeconds");
  if (timeout !== undefined && (timeout > 30 || timeout < 1))
    problems.push(invalid(`${at}.timeoutSeconds`, timeout, "the timeout value must be between 1 and 30 seconds"));
  problems.push(...clientProblems(child(webhook, "clientConfig"), `${at}.clientConfig`));
  problems.push(...conditionProblems(items(webhook, "matchConditions"), `${at}.matchConditions`, webhookEnvironment));
  if (isMutating) oneOf("reinvocationPolicy", ["IfNeeded", "Never"]);
  return problems;
}

function nameProblems(name: string, at: string): readonly FieldProblem[] {
  if (name === "") return [required(at)];
  const malformed = subdomainProblems(name).map((problem) => invalid(at, name, problem));
  if (malformed.length > 0) return malformed;
  if (name.split(".").length >= 3) return [];
  return [invalid(at, name, "should be a domain with at least three segments separated by dots")];
}

function ruleProblems(rule: JsonObject, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const list = (field: string, what: string): readonly string[] => {
    const values = strings(rule, field);
    if (values.length === 0) problems.push(required(`${at}.${field}`));
    if (values.length > 1 && values.includes("*"))
      problems.push(invalid(`${at}.${field}`, values, `if '*' is present, must not specify other ${what}`));
    return values;
  };
  for (const [index, operation] of list("operations", "operations").entries())
    if (!operations.includes(operation))
      problems.push(notSupported(`${at}.operations[${index}]`, operation, operations));
  list("apiGroups", "API groups");
  for (const [index, version] of list("apiVersions", "API versions").entries())
    if (version === "") problems.push(required(`${at}.apiVersions[${index}]`));
  problems.push(...resourceProblems(strings(rule, "resources"), `${at}.resources`));
  const scope = text(rule, "scope");
  if (scope !== "" && !["*", "Cluster", "Namespaced"].includes(scope))
    problems.push(notSupported(`${at}.scope`, scope, ["*", "Cluster", "Namespaced"]));
  return problems;
}

/** A pattern that another one already contains is a mistake of its author. */
function resourceProblems(resources: readonly string[], at: string): readonly FieldProblem[] {
  if (resources.length === 0) return [required(at)];
  const problems: FieldProblem[] = [];
  for (const [index, pattern] of resources.entries()) {
    if (pattern === "") problems.push(required(`${at}[${index}]`));
    const [resource, subresource] = pattern.split("/", 2);
    if (subresource === undefined) continue;
    if (resource !== "*" && resources.includes(`${resource}/*`) && subresource !== "*")
      problems.push(invalid(`${at}[${index}]`, pattern, `if '${resource}/*' is present, must not specify ${pattern}`));
    if (subresource !== "*" && resource !== "*" && resources.includes(`*/${subresource}`))
      problems.push(
        invalid(`${at}[${index}]`, pattern, `if '*/${subresource}' is present, must not specify ${pattern}`),
      );
  }
  if (resources.includes("*/*") && resources.length > 1)
    problems.push(invalid(at, resources, "if '*/*' is present, must not specify other resources"));
  const plain = resources.filter((pattern) => !pattern.includes("/"));
  if (plain.includes("*") && plain.length > 1)
    problems.push(invalid(at, resources, "if '*' is present, must not specify other resources without subresources"));
  return problems;
}

function clientProblems(config: JsonObject | undefined, at: string): readonly FieldProblem[] {
  const url = config?.["url"];
  const service = child(config, "service");
  if ((typeof url === "string") === (service !== undefined))
    return [required(at, "exactly one of url or service is required")];
  return service === undefined ? urlProblems(String(url), `${at}.url`) : serviceProblems(service, `${at}.service`);
}

const urlForm = "; desired format: https://host[/path]";

function urlProblems(url: string, at: string): readonly FieldProblem[] {
  if (!URL.canParse(url))
    return [required(at, `url must be a valid URL: parse ${JSON.stringify(url)}: invalid URI for request${urlForm}`)];
  const parsed = new URL(url);
  const problems: FieldProblem[] = [];
  const scheme = parsed.protocol.replace(/:$/, "");
  if (scheme !== "https") problems.push(invalid(at, scheme, `'https' is the only allowed URL scheme${urlForm}`));
  if (parsed.host === "") problems.push(invalid(at, parsed.host, `host must be specified${urlForm}`));
  if (parsed.username !== "")
    problems.push(invalid(at, parsed.username, "user information is not permitted in the URL"));
  if (parsed.hash !== "") problems.push(invalid(at, parsed.hash.slice(1), "fragments are not permitted in the URL"));
  if (parsed.search !== "")
    problems.push(invalid(at, parsed.search.slice(1), "query parameters are not permitted in the URL"));
  return problems;
}

function serviceProblems(service: JsonObject, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (text(service, "name") === "") problems.push(required(`${at}.name`, "service name is required"));
  if (text(service, "namespace") === "") problems.push(required(`${at}.namespace`, "service namespace is required"));
  const port = number(service, "port");
  if (port !== undefined && (port < 1 || port > 65_535))
    problems.push(invalid(`${at}.port`, port, "port is not valid: must be between 1 and 65535, inclusive"));
  const path = text(service, "path");
  if (path !== "" && !path.startsWith("/")) problems.push(invalid(`${at}.path`, path, "must start with a '/'"));
  return problems;
}

const reviewVersions = ["v1", "v1beta1"];

function versionProblems(webhook: JsonObject, webhookAt: string): readonly FieldProblem[] {
  const at = `${webhookAt}.admissionReviewVersions`;
  const versions = strings(webhook, "admissionReviewVersions");
  const known = reviewVersions.join(", ");
  if (versions.length === 0) return [required(at, `must specify one of ${known}`)];
  if (versions.some((version) => reviewVersions.includes(version))) return [];
  return [invalid(at, versions, `must include at least one of ${known}`)];
}
