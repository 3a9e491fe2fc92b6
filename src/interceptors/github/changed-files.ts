import type { JsonObject } from "../../json/value.ts";
import { ok, type Result } from "../../result.ts";
import { stop } from "../answer.ts";
import {
  Code,
  type InterceptorEnvironment,
  type InterceptorRequest,
  type InterceptorResponse,
} from "../interceptor.ts";
import { readSecret, type SecretRef } from "../secret-ref.ts";
import { GithubApi, githubApiBase } from "./github-api.ts";
import type { AddChangedFiles } from "./github-params.ts";
import { readChangedFilesPayload } from "./github-payload.ts";

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
  const token = await readToken(feature.personalAccessToken, request, environment);
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

async function readToken(
  ref: SecretRef | undefined,
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
): Promise<Result<string, InterceptorResponse>> {
  if (ref === undefined) return ok("");
  if (ref.secretKey === "") {
    const message = "error getting secret: github interceptor githubToken.secretKey is empty";
    return { ok: false, error: stop(Code.failedPrecondition, message, { cause: "configuration" }) };
  }
  return readSecret(ref, request, environment, { prefix: "error getting secret: ", allowEmpty: true });
}
