import { decodeGoJsonObject } from "../../json/go-decode.ts";
import { formatGoValue } from "../../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member, textMember } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";

/** A repository's owner and name, as they go into a path of the API. */
interface Repository {
  readonly owner: string;
  readonly name: string;
}

/** What the changed-files feature reads from a payload. */
export type ChangedFilesPayload =
  | { readonly kind: "pull_request"; readonly repository: Repository; readonly number: number }
  | { readonly kind: "push"; readonly files: string };

/** What the owners feature reads from a payload. */
export interface OwnersPayload {
  readonly repository: Repository;
  readonly sender: string;
  /** Empty for a pull request. */
  readonly comment: string;
}

/**
 * Reads a push or pull request. Errors are the texts behind `error parsing body: `; where Tekton crashes they are
 * ours (spec: event processing, section 7).
 */
export function readChangedFilesPayload(body: string, event: string): Result<ChangedFilesPayload, string> {
  if (body === "") return err("body is empty");
  const payload = decodePayload(body);
  if (!payload.ok) return payload;
  const number = event === "pull_request" ? pullRequestNumber(payload.value) : ok(0);
  if (!number.ok) return number;
  const repository = repositoryOf(payload.value);
  if (!repository.ok) return repository;
  if (event === "pull_request") {
    return ok({ kind: "pull_request", repository: repository.value, number: number.value });
  }
  const files = commitFiles(payload.value);
  return files.ok ? ok({ kind: "push", files: files.value.join(",") }) : files;
}

/** Reads a pull request or an issue comment, see {@link readChangedFilesPayload}. */
export function readOwnersPayload(body: string, event: string): Result<OwnersPayload, string> {
  if (body === "") return err("payload body is empty");
  const payload = decodePayload(body);
  if (!payload.ok) return payload;
  const number = event === "pull_request" ? pullRequestNumber(payload.value) : ok(0);
  if (!number.ok) return number;
  const repository = repositoryOf(payload.value);
  if (!repository.ok) return repository;
  const comment = event === "issue_comment" ? commentOf(payload.value) : ok("");
  if (!comment.ok) return comment;
  const sender = member(payload.value, "sender");
  if (!isJsonObject(sender)) return err("payload body missing 'sender' field");
  return ok({ repository: repository.value, sender: textMember(sender, "login"), comment: comment.value });
}

function decodePayload(body: string): Result<JsonObject, string> {
  const decoded = decodeGoJsonObject(body);
  return decoded.ok ? ok(decoded.value ?? {}) : decoded;
}

function pullRequestNumber(payload: JsonObject): Result<number, string> {
  if (!Object.hasOwn(payload, "number")) return err("pull_request body missing 'number' field");
  return wholeNumber(payload["number"], "'number' field of pull_request body");
}

function wholeNumber(value: JsonValue | undefined, what: string): Result<number, string> {
  const number = typeof value === "number" ? Math.trunc(value) : Number.NaN;
  return Number.isSafeInteger(number) ? ok(number) : err(`${what} is not a number`);
}

function repositoryOf(payload: JsonObject): Result<Repository, string> {
  const repository = member(payload, "repository");
  if (!isJsonObject(repository)) return err("payload body missing 'repository' field");
  const fullName = member(repository, "full_name");
  if (typeof fullName !== "string") return err("payload body missing 'repository.full_name' field");
  const [owner = "", name] = fullName.split("/");
  if (name === undefined) return err("'repository.full_name' has no owner");
  // These become segments of the API's path: a dot segment would point somewhere else.
  if ([owner, name].some((part) => part === "." || part === "..")) {
    return err("'repository.full_name' is not the name of a repository");
  }
  return ok({ owner, name });
}

function commitFiles(payload: JsonObject): Result<readonly string[], string> {
  const names: string[] = [];
  const commits = member(payload, "commits");
  for (const commit of isJsonArray(commits) ? commits : []) {
    if (!isJsonObject(commit)) return err("'commits' has an item that is not an object");
    for (const list of ["added", "modified", "removed"]) {
      const files = member(commit, list);
      if (!isJsonArray(files)) return err(`payload body missing 'commits.*.${list}' field`);
      for (const file of files) names.push(typeof file === "string" ? file : formatGoValue(file));
    }
  }
  return ok(names);
}

function commentOf(payload: JsonObject): Result<string, string> {
  const issue = member(payload, "issue");
  if (!isJsonObject(issue)) return err("issue_comment body missing 'issue' section");
  if (!Object.hasOwn(issue, "number")) {
    return err("'number' field missing in the issue section of issue_comment body");
  }
  const number = wholeNumber(issue["number"], "'number' field in the issue section of issue_comment body");
  if (!number.ok) return number;
  const comment = member(payload, "comment");
  if (!isJsonObject(comment)) return err("issue_comment body missing 'comment' section");
  const body = member(comment, "body");
  if (typeof body !== "string") return err("'body' field missing in the comment section of issue_comment body");
  return ok(body);
}
