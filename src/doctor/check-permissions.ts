import type { Resource } from "../api/object.ts";
import { type PolicyRule, ruleAllowsResource, rulesOf } from "../apiserver/rbac/policy-rule.ts";
import { type JsonValue, member } from "../json/value.ts";
import { serviceAccountOf } from "../triggers/run-trigger.ts";
import type { Finding } from "./finding.ts";
import type { ListenerFacts } from "./listener-facts.ts";

const reviews: Resource = { group: "authorization.k8s.io", version: "v1", resource: "subjectaccessreviews" };

/** One thing that an account must be allowed to do. */
interface Need {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
}

const clusterRoles: Resource = { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterroles" };

const tekton = "triggers.tekton.dev";
const own = ["eventlisteners", "triggers", "triggerbindings", "triggertemplates", "interceptors"] as const;
const clusterWide = ["clustertriggerbindings", "clusterinterceptors"] as const;

/** Asks the API server whether the accounts that act for a listener may do what they will have to do. */
export async function checkPermissions(facts: ListenerFacts): Promise<readonly Finding[]> {
  const missing: Need[] = [];
  for (const need of await needsOf(facts)) {
    const allowed = await isAllowed(facts, need);
    if (typeof allowed === "string") {
      return [{ level: "warning", check: "permissions", message: `they cannot be looked at: ${allowed}` }];
    }
    if (!allowed) missing.push(need);
  }
  if (missing.length === 0)
    return [{ level: "ok", check: "permissions", message: "the accounts may do all they have to" }];
  const roles = await readRoles(facts);
  return byRule(missing).map(({ user, verbs, group, resources, namespace }) => {
    const where = namespace === undefined ? "in the whole cluster" : `in namespace ${namespace}`;
    const kind = namespace === undefined ? "ClusterRole" : "Role";
    const separator = resources.length === 1 ? "." : " of ";
    const what = resources.join(", ") + (group === "" ? "" : `${separator}${group}`);
    return {
      level: "error",
      check: "permissions",
      message: `${user} may not ${verbs.join(", ")} ${what} ${where}`,
      hint:
        bindingOf({ user, verbs, group, resources, ...(namespace === undefined ? {} : { namespace }) }, facts, roles) ??
        `bind a ${kind} to it with apiGroups: ["${group}"], resources: ${quoted(resources)}, verbs: ${quoted(verbs)}`,
    };
  });
}

/** The ClusterRoles that come with every installation for the accounts of listeners. */
const installedRoles = ["tekton-triggers-eventlistener-roles", "tekton-triggers-eventlistener-clusterroles"] as const;

/** Their rules, as far as they are there and may be read. */
async function readRoles({ client }: ListenerFacts): Promise<ReadonlyMap<string, readonly PolicyRule[]>> {
  const roles = new Map<string, readonly PolicyRule[]>();
  for (const name of installedRoles) {
    const read = await client.get(clusterRoles, { name });
    if (read.ok) roles.set(name, rulesOf(read.value["rules"]));
  }
  return roles;
}

/** The command that binds an installed ClusterRole which grants all of the rule; undefined when none does. */
function bindingOf(
  { user, verbs, group, resources, namespace }: Rule,
  { ref }: ListenerFacts,
  roles: ReadonlyMap<string, readonly PolicyRule[]>,
): string | undefined {
  const [name] = [...roles].find(([, rules]) =>
    verbs.every((verb) =>
      resources.every((resource) => rules.some((rule) => ruleAllowsResource(rule, { verb, group, resource }))),
    ),
  ) ?? [undefined];
  if (name === undefined) return undefined;
  const account = user.split(":").slice(2).join(":");
  const [kind, where] = namespace === undefined ? ["clusterrolebinding", ""] : ["rolebinding", ` -n ${namespace}`];
  const listener = namespace === undefined ? `${ref.namespace}-${ref.name}` : ref.name;
  const binding = name.replace("tekton-triggers", listener);
  return `kubectl create ${kind} ${binding} --clusterrole=${name} --serviceaccount=${account}${where}`;
}

/** What one rule of a role can grant. */
interface Rule extends Omit<Need, "verb" | "resource"> {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
}

function byRule(needs: readonly Need[]): readonly Rule[] {
  const withVerbs = Map.groupBy(needs, ({ verb: _, ...rest }) => JSON.stringify(rest));
  const rules = [...withVerbs.values()].flatMap((same) =>
    same.slice(0, 1).map((need) => ({ need, verbs: same.map(({ verb }) => verb) })),
  );
  const withResources = Map.groupBy(rules, ({ need: { verb: _, resource: __, ...rest }, verbs }) =>
    JSON.stringify([rest, verbs]),
  );
  return [...withResources.values()].flatMap((same) =>
    same.slice(0, 1).map(({ need: { verb: _, resource: __, ...rest }, verbs }) => ({
      ...rest,
      verbs,
      resources: same.map(({ need }) => need.resource),
    })),
  );
}

function quoted(names: readonly string[]): string {
  return `[${names.map((name) => `"${name}"`).join(", ")}]`;
}

async function needsOf({ ref, listener, resources, selection, triggers }: ListenerFacts): Promise<readonly Need[]> {
  const user = accountName(ref.namespace, listener.spec?.serviceAccountName || "default");
  const needs: Need[] = [];
  const reads = (resource: string, namespace: string | undefined) => {
    for (const verb of ["get", "list", "watch"]) {
      needs.push({ user, verb, group: tekton, resource, ...(namespace === undefined ? {} : { namespace }) });
    }
  };
  const isWide =
    (listener.spec?.namespaceSelector?.matchNames?.length ?? 0) > 0 ||
    selection.groups.some(({ selector }) => (selector.namespaceSelector?.matchNames?.length ?? 0) > 0);
  for (const resource of own) {
    const staysHome = resource === "eventlisteners" || resource === "interceptors";
    reads(resource, isWide && !staysHome ? undefined : ref.namespace);
  }
  for (const resource of clusterWide) reads(resource, undefined);
  for (const trigger of triggers) {
    const account = serviceAccountOf(trigger);
    const creator = account === undefined ? user : accountName(account.namespace, account.name);
    if (account !== undefined) {
      needs.push({ user, verb: "impersonate", group: "", resource: "serviceaccounts", namespace: account.namespace });
    }
    const { namespace } = trigger.identity;
    const { template } = trigger.spec;
    const spec = template?.spec ?? resources.triggerTemplate(namespace, template?.ref ?? "")?.spec;
    for (const raw of spec?.resourcetemplates ?? []) {
      const found = await findResource(raw?.json, resources);
      if (found === undefined) continue;
      const named = member(member(raw?.json, "metadata"), "namespace");
      const target = typeof named === "string" && !named.includes("$(") && named !== "" ? named : namespace;
      const place = found.namespaced ? { namespace: target } : {};
      needs.push({ user: creator, verb: "create", group: found.group, resource: found.resource, ...place });
    }
  }
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()];
}

async function findResource(object: JsonValue | undefined, resources: ListenerFacts["resources"]) {
  const [apiVersion, kind] = [member(object, "apiVersion"), member(object, "kind")];
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  const found = await resources.discover(apiVersion);
  return found.ok ? found.value.find((each) => each.kind === kind) : undefined;
}

/** The error is a text. */
async function isAllowed({ client }: ListenerFacts, need: Need): Promise<boolean | string> {
  const { user, ...resourceAttributes } = need;
  const [, , namespace = ""] = user.split(":");
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: { user, groups, resourceAttributes },
  };
  const reviewed = await client.create(reviews, body);
  if (!reviewed.ok) return reviewed.error.message ?? "";
  return member(reviewed.value["status"] as JsonValue | undefined, "allowed") === true;
}

function accountName(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}
