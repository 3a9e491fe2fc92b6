import type { Status } from "../../api/object.ts";
import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AuthorizationAttributes, Authorizer, Impersonator, PipelineRequest } from "../pipeline.ts";
import { forbiddenByAuthorizer } from "../rbac/forbidden.ts";
import { goStringList } from "../rbac/go-string-list.ts";
import { badRequest } from "../status.ts";
import type { UserInfo } from "../user-info.ts";
import { parseServiceAccountName, serviceAccountGroups } from "./service-account-tokens.ts";

const authenticationGroup = "authentication.k8s.io";

/** Who the `Impersonate-*` headers ask to be. */
interface WantedUser {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/**
 * Impersonation as 1.36 has it: a request is first tried as constrained impersonation (`impersonate-on:MODE:VERB` on
 * what is asked, `impersonate:MODE` on the identity), then by the verb `impersonate` alone; a refusal is worded as the
 * first of these (spec: kube-api, section 8).
 */
export class HeaderImpersonator implements Impersonator {
  readonly #authorizer: Authorizer;
  readonly #attributesOf: (request: PipelineRequest, user: UserInfo) => AuthorizationAttributes;

  /** `attributesOf` tells what a request asks for, as for authorization. */
  constructor(
    authorizer: Authorizer,
    attributesOf: (request: PipelineRequest, user: UserInfo) => AuthorizationAttributes,
  ) {
    this.#authorizer = authorizer;
    this.#attributesOf = attributesOf;
  }

  impersonate(user: UserInfo, request: PipelineRequest): Result<UserInfo, Status> | Promise<Result<UserInfo, Status>> {
    const wanted = wantedUser(request);
    if (wanted === undefined) return ok(user);
    if (wanted.username === "")
      return err(badRequest(`requested ${describeWanted(wanted)} without impersonating a user name`));
    return this.#check(user, wanted, this.#attributesOf(request, user));
  }

  async #check(user: UserInfo, wanted: WantedUser, asked: AuthorizationAttributes): Promise<Result<UserInfo, Status>> {
    const mode = parseServiceAccountName(wanted.username) === undefined ? "user-info" : "serviceaccount";
    const refused = await this.#refusal([
      { ...asked, verb: `impersonate-on:${mode}:${asked.verb}` },
      ...identityChecks(user, wanted, `impersonate:${mode}`, authenticationGroup),
    ]);
    if (refused === undefined) return ok(impersonated(wanted));
    const legacy = await this.#refusal(identityChecks(user, wanted, "impersonate", ""));
    return legacy === undefined ? ok(impersonated(wanted)) : err(refused);
  }

  /** The 403 of the first check that fails. */
  async #refusal(checks: readonly AuthorizationAttributes[]): Promise<Status | undefined> {
    for (const check of checks) {
      const decision = await this.#authorizer.authorize(check);
      if (!decision.allowed) return forbiddenByAuthorizer(check, decision.message);
    }
    return undefined;
  }
}

/** One check for each part of the identity: user or service account, groups, extra values, uid. */
function identityChecks(
  user: UserInfo,
  wanted: WantedUser,
  verb: string,
  group: string,
): readonly AuthorizationAttributes[] {
  const check = (inGroup: string, resource: string, name: string, more?: object): AuthorizationAttributes => ({
    user,
    verb,
    path: "",
    resource: { group: inGroup, version: "v1", resource, name, ...more },
  });
  const account = parseServiceAccountName(wanted.username);
  const checks = [
    account === undefined
      ? check(group, "users", wanted.username)
      : check(group, "serviceaccounts", account.name, { namespace: account.namespace }),
    ...wanted.groups.map((name) => check(group, "groups", name)),
  ];
  for (const [key, values] of wanted.extra)
    for (const value of values) checks.push(check(authenticationGroup, "userextras", value, { subresource: key }));
  if (wanted.uid !== "") checks.push(check(authenticationGroup, "uids", wanted.uid));
  return checks;
}

function impersonated(wanted: WantedUser): UserInfo {
  const account = parseServiceAccountName(wanted.username);
  const groups =
    wanted.groups.length === 0 && account !== undefined
      ? [...serviceAccountGroups(account.namespace)]
      : [...wanted.groups];
  const anonymous = wanted.username === "system:anonymous";
  const implied = anonymous ? "system:unauthenticated" : "system:authenticated";
  if (!groups.includes("system:authenticated") && !groups.includes("system:unauthenticated")) groups.push(implied);
  return {
    username: wanted.username,
    groups,
    ...(wanted.uid === "" ? {} : { uid: wanted.uid }),
    ...(wanted.extra.size === 0 ? {} : { extra: Object.fromEntries(wanted.extra) }),
  };
}

const extraPrefix = "impersonate-extra-";

/** The headers' wish; undefined when there is none. Repeated headers are read from the raw list. */
function wantedUser(request: PipelineRequest): WantedUser | undefined {
  const values = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    const key = name.toLowerCase();
    if (key.startsWith("impersonate-")) values.set(key, [...(values.get(key) ?? []), value]);
  };
  const raw = request.rawHeaders;
  if (raw !== undefined) for (let i = 0; i + 1 < raw.length; i += 2) add(raw[i] ?? "", raw[i + 1] ?? "");
  else
    for (const [name, value] of Object.entries(request.headers))
      if (name === "impersonate-group" || name.startsWith(extraPrefix))
        for (const part of value.split(", ")) add(name, part);
      else add(name, value);
  const extra = new Map<string, readonly string[]>();
  for (const [name, list] of values)
    if (name.startsWith(extraPrefix)) extra.set(unescapeKey(name.slice(extraPrefix.length)), list);
  const wanted = {
    username: values.get("impersonate-user")?.[0] ?? "",
    uid: values.get("impersonate-uid")?.[0] ?? "",
    groups: values.get("impersonate-group") ?? [],
    extra,
  };
  const asks = wanted.username !== "" || wanted.uid !== "" || wanted.groups.length > 0 || extra.size > 0;
  return asks ? wanted : undefined;
}

function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function describeWanted(wanted: WantedUser): string {
  const strings = (items: readonly string[]): string =>
    items.length === 0 ? "[]string(nil)" : `[]string{${goStringList(items).slice(1, -1).replaceAll('" "', '", "')}}`;
  const entries = [...wanted.extra].map(([key, values]) => `${quoteGo(key)}:${strings(values)}`);
  const extra = entries.length === 0 ? "(nil)" : `{${entries.join(", ")}}`;
  return (
    `&user.DefaultInfo{Name:${quoteGo(wanted.username)}, UID:${quoteGo(wanted.uid)}, ` +
    `Groups:${strings(wanted.groups)}, Extra:map[string][]string${extra}}`
  );
}
