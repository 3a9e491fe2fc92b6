import type { JsonObject } from "../../json/value.ts";
import { ok, type Result } from "../../result.ts";
import { stop } from "../answer.ts";
import {
  Code,
  type InterceptorEnvironment,
  type InterceptorRequest,
  type InterceptorResponse,
} from "../interceptor.ts";
import { readAccessToken } from "./access-token.ts";
import { GithubApi, githubApiBase } from "./github-api.ts";
import type { AddChangedFiles } from "./github-params.ts";
import { readChangedFilesPayload } from "./github-payload.ts";

const tokenWords = { prefix: "error getting secret: ", param: "githubToken" };

/** Events whose changed files can be told. */
const supportedEvents: ReadonlySet<string> = new Set(["pull_request", "push"]);

/**
 * The extensions that `addChangedFiles` adds: `changed_files`, names joined by commas; none for other events
 * (spec: event processing, section 7).
 */
export async function addChangedFiles(
  feature: AddChangedFiles,
  event: string,
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
): Promise<Result<JsonObject, InterceptorResponse>> {
  if (!supportedEvents.has(event)) return ok({});
  const token = await readAccessToken(feature.personalAccessToken, request, environment, tokenWords);
  if (!token.ok) return token;
  const refuse = (message: string, isTemporary = false) => ({
    ok: false as const,
    error: stop(Code.failedPrecondition, message, { cause: isTemporary ? "unavailable" : "failure" }),
  });

  const payload = readChangedFilesPayload(request.body, event);
  if (!payload.ok) return refuse(`error parsing body: ${payload.error}`);
  if (payload.value.kind === "push") return ok({ changed_files: payload.value.files });

  const base = githubApiBase(request, token.value, environment);
  if (!base.ok) return refuse(`error getting changed files: ${base.error}`);
  const { repository, number } = payload.value;
  const api = new GithubApi(base.value, token.value, environment);
  const files = await api.pullRequestFiles(repository.owner, repository.name, number);
  if (!files.ok) return refuse(`error getting changed files: ${files.error.message}`, files.error.isTemporary);
  return ok({ changed_files: files.value.join(",") });
}
