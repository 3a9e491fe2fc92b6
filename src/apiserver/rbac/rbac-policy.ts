import type { K8sObject } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import type { UserInfo } from "../user-info.ts";
import { type PolicyRule, rulesOf } from "./policy-rule.ts";

/** Who is bound: a subject of a RoleBinding or ClusterRoleBinding. */
interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** The role that a binding refers to. */
export interface RoleRef {
  readonly kind: "Role" | "ClusterRole";
  readonly name: string;
}

interface Binding {
  readonly kind: "RoleBinding" | "ClusterRoleBinding";
  readonly namespace: string;
  readonly name: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
}

/** A role that applies to a user, through which binding. */
export interface Grant {
  readonly rules: readonly PolicyRule[];
  /** `ClusterRoleBinding "x" of ClusterRole "y" to Group "z"`, for reviews. */
  readonly describe: () => string;
  /** What keeps the grant from counting: its role does not exist. */
  readonly missing?: string;
}

type BindingsBySubject = Map<string, Map<string, { readonly binding: Binding; readonly subject: Subject }>>;

/**
 * The roles and bindings in force, indexed by subject, so that a check looks only at the bindings of the user and of
 * the user's groups. Fed with each object as it is stored (`put`) or removed.
 */
export class RbacPolicy {
  readonly #roles = new Map<string, readonly PolicyRule[]>();
  readonly #bindings = new Map<string, Binding>();
  /** By namespace; cluster role bindings under the empty name. */
  readonly #bySubject = new Map<string, BindingsBySubject>();

  /** Takes over a Role, ClusterRole, RoleBinding or ClusterRoleBinding; other kinds are ignored. */
  put(object: K8sObject): void {
    const namespace = object.metadata.namespace ?? "";
    const name = object.metadata.name ?? "";
    switch (object.kind) {
      case "Role":
      case "ClusterRole":
        this.#roles.set(roleKey(object.kind, namespace, name), rulesOf(object["rules"]));
        return;
      case "RoleBinding":
      case "ClusterRoleBinding":
        this.#unbind(object.kind, namespace, name);
        this.#bind(bindingOf(object.kind, object));
        return;
      default:
        return;
    }
  }

  remove(kind: string, namespace: string | undefined, name: string): void {
    if (kind === "Role" || kind === "ClusterRole") this.#roles.delete(roleKey(kind, namespace ?? "", name));
    else this.#unbind(kind, namespace ?? "", name);
  }

  /** The rules of a role as a binding in `namespace` refers to it; undefined when there is no such role. */
  rulesOfRole(roleRef: RoleRef, namespace: string | undefined): readonly PolicyRule[] | undefined {
    return this.#roles.get(roleKey(roleRef.kind, roleRef.kind === "Role" ? (namespace ?? "") : "", roleRef.name));
  }

  /** What is granted to the user: by cluster role bindings first, then by the role bindings of the namespace. */
  *grants(user: UserInfo, namespace: string | undefined): Generator<Grant> {
    yield* this.#grantsOf(this.#bySubject.get(""), user, "");
    if (namespace !== undefined && namespace !== "")
      yield* this.#grantsOf(this.#bySubject.get(namespace), user, namespace);
  }

  *#grantsOf(index: BindingsBySubject | undefined, user: UserInfo, namespace: string): Generator<Grant> {
    if (index === undefined) return;
    const seen = new Set<string>();
    for (const key of subjectKeysOf(user)) {
      for (const [name, { binding, subject }] of index.get(key) ?? []) {
        if (seen.has(name)) continue;
        seen.add(name);
        const rules = this.rulesOfRole(binding.roleRef, namespace);
        const describe = (): string => describeGrant(binding, subject);
        yield rules === undefined
          ? { rules: [], describe, missing: missingRole(binding.roleRef) }
          : { rules, describe };
      }
    }
  }

  #bind(binding: Binding): void {
    this.#bindings.set(bindingKey(binding.kind, binding.namespace, binding.name), binding);
    const index: BindingsBySubject = this.#bySubject.get(binding.namespace) ?? new Map();
    this.#bySubject.set(binding.namespace, index);
    for (const subject of binding.subjects) {
      const key = subjectKey(subject, binding.namespace);
      if (key === undefined) continue;
      const ofSubject = index.get(key) ?? new Map<string, { binding: Binding; subject: Subject }>();
      if (!ofSubject.has(binding.name)) ofSubject.set(binding.name, { binding, subject });
      index.set(key, ofSubject);
    }
  }

  #unbind(kind: string, namespace: string, name: string): void {
    const key = bindingKey(kind, namespace, name);
    const binding = this.#bindings.get(key);
    if (binding === undefined) return;
    this.#bindings.delete(key);
    const index = this.#bySubject.get(namespace);
    for (const subject of binding.subjects) {
      const ofSubject = index?.get(subjectKey(subject, namespace) ?? "");
      ofSubject?.delete(name);
      if (ofSubject?.size === 0) index?.delete(subjectKey(subject, namespace) ?? "");
    }
    if (index?.size === 0) this.#bySubject.delete(namespace);
  }
}

/** The roleRef of a binding object. */
export function roleRefOf(binding: K8sObject): RoleRef {
  const ref = binding["roleRef"] as JsonValue | undefined;
  const fields: JsonObject = isJsonObject(ref) ? ref : {};
  return { kind: fields["kind"] === "Role" ? "Role" : "ClusterRole", name: text(fields["name"]) };
}

/** `clusterrole.rbac.authorization.k8s.io "x" not found`, as it is told in refusals. */
export function missingRole(ref: RoleRef): string {
  return `${ref.kind.toLowerCase()}.rbac.authorization.k8s.io "${ref.name}" not found`;
}

function bindingOf(kind: Binding["kind"], object: K8sObject): Binding {
  const subjects = object["subjects"] as JsonValue | undefined;
  return {
    kind,
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name ?? "",
    roleRef: roleRefOf(object),
    subjects: (isJsonArray(subjects) ? subjects : []).filter(isJsonObject).map((subject) => ({
      kind: text(subject["kind"]),
      name: text(subject["name"]),
      namespace: text(subject["namespace"]),
    })),
  };
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function roleKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

const bindingKey = roleKey;

function subjectKey(subject: Subject, bindingNamespace: string): string | undefined {
  switch (subject.kind) {
    case "User":
      return `u:${subject.name}`;
    case "Group":
      return `g:${subject.name}`;
    case "ServiceAccount": {
      const namespace = subject.namespace === "" ? bindingNamespace : subject.namespace;
      return namespace === "" ? undefined : `u:system:serviceaccount:${namespace}:${subject.name}`;
    }
    default:
      return undefined;
  }
}

function subjectKeysOf(user: UserInfo): readonly string[] {
  return [`u:${user.username}`, ...user.groups.map((group) => `g:${group}`)];
}

function describeGrant(binding: Binding, subject: Subject): string {
  const name = binding.kind === "RoleBinding" ? `${binding.name}/${binding.namespace}` : binding.name;
  const who =
    subject.kind === "ServiceAccount"
      ? `${subject.name}/${subject.namespace === "" ? binding.namespace : subject.namespace}`
      : subject.name;
  return `${binding.kind} "${name}" of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${subject.kind} "${who}"`;
}
