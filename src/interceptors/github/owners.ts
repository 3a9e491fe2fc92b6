import { parse } from "yaml";
import { err, ok, type Result } from "../../result.ts";
import { stop } from "../answer.ts";
import {
  Code,
  type InterceptorEnvironment,
  type InterceptorRequest,
  type InterceptorResponse,
} from "../interceptor.ts";
import { readAccessToken } from "./access-token.ts";
import { GithubApi, type GithubFailure, githubApiBase } from "./github-api.ts";
import type { Owners } from "./github-params.ts";
import { type OwnersPayload, readOwnersPayload } from "./github-payload.ts";

const tokenWords = { prefix: "error getting github token: ", param: "personalAccessToken" };

/** Events that are checked for their sender. */
const supportedEvents: ReadonlySet<string> = new Set(["pull_request", "issue_comment"]);

/** A comment with this on a line of its own lets others' pull requests run. */
const okToTest = /(^|\n)\/ok-to-test(\r\n|\r|\n|$)/;

/** Stops unless `githubOwners` lets the sender pass (spec: event processing, section 7). */
export async function refuseStranger(
  owners: Owners,
  event: string,
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
): Promise<InterceptorResponse | undefined> {
  if (!supportedEvents.has(event)) return undefined;
  const token = await readAccessToken(owners.personalAccessToken, request, environment, tokenWords);
  if (!token.ok) return token.error;
  if (token.value === "" && owners.checkType !== "none") {
    const message = "checkType is set to check org or repo members but no personalAccessToken was supplied";
    return stop(Code.failedPrecondition, message, { cause: "configuration" });
  }
  const payload = readOwnersPayload(request.body, event);
  if (!payload.ok) return stop(Code.failedPrecondition, `error parsing body: ${payload.error}`, { cause: "failure" });
  const base = githubApiBase(request, token.value, environment);
  if (!base.ok) return failed("error checking owner verification", { message: base.error, isTemporary: false });
  const api = new GithubApi(base.value, token.value, environment);

  const allowed = await isAllowed(owners.checkType, payload.value, api);
  if (!allowed.ok) return failed("error checking owner verification", allowed.error);
  if (allowed.value && event === "pull_request") return undefined;
  // The check is made again for a comment, as Tekton does: somebody may have been added in between.
  if (okToTest.test(payload.value.comment)) {
    const confirmed = await isAllowed(owners.checkType, payload.value, api);
    if (!confirmed.ok) return failed("error checking comments for verification", confirmed.error);
    if (confirmed.value) return undefined;
  }
  return stop(Code.failedPrecondition, "owners check requirements not met", {
    evidence: [{ subject: "sender", value: payload.value.sender }],
  });
}

function failed(what: string, failure: GithubFailure): InterceptorResponse {
  const message = `${what}: ${failure.message}`;
  return stop(Code.failedPrecondition, message, { cause: failure.isTemporary ? "unavailable" : "failure" });
}

async function isAllowed(
  checkType: string,
  payload: OwnersPayload,
  api: GithubApi,
): Promise<Result<boolean, GithubFailure>> {
  const { repository, sender } = payload;
  if (checkType === "orgMembers" || checkType === "all") {
    const isMember = await api.isPublicMember(repository.owner, sender);
    if (!isMember.ok || isMember.value) return isMember;
  }
  if (checkType === "repoMembers" || checkType === "all") {
    const isCollaborator = await api.isCollaborator(repository.owner, repository.name, sender);
    if (!isCollaborator.ok || isCollaborator.value) return isCollaborator;
  }
  const file = await api.file(repository.owner, repository.name, "OWNERS");
  if (!file.ok) return file.error.message.includes("404") ? ok(false) : file;
  return isListed(file.value, sender);
}

/** Whether an OWNERS file has the user among its approvers or reviewers, without regard to case. */
function isListed(ownersFile: string, login: string): Result<boolean, GithubFailure> {
  let owners: unknown;
  try {
    owners = parse(ownersFile, { version: "1.1", maxAliasCount: 50, logLevel: "silent" });
  } catch (error) {
    const message = `the OWNERS file is not valid YAML: ${(error as Error).message.split("\n")[0]}`;
    return err({ message, isTemporary: false });
  }
  if (typeof owners !== "object" || owners === null) return ok(false);
  const wanted = login.toLowerCase();
  for (const list of ["approvers", "reviewers"]) {
    const names: unknown = Object.hasOwn(owners, list) ? (owners as Record<string, unknown>)[list] : undefined;
    if (!Array.isArray(names)) continue;
    if (names.some((name) => typeof name === "string" && name.toLowerCase() === wanted)) return ok(true);
  }
  return ok(false);
}
