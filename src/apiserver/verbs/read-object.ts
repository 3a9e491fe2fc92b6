import type { Fields } from "../../api/core/fields.ts";
import type { Status } from "../../api/object.ts";
import { ok, type Result } from "../../result.ts";
import type { ResourceRequest } from "../pipeline.ts";
import { decodeBody } from "../wire/decode-body.ts";
import { readWriteOptions, type WriteOptions } from "../wire/write-options.ts";
import { applyDefaults, judgeStrictness, strictRefusal } from "./prepare.ts";
import type { ServerContext } from "./server-context.ts";

/** The object that a request brings, decoded and defaulted, with how it is to be written and what to warn of. */
export function readObject(
  { protobuf }: ServerContext,
  { definition, version, request }: ResourceRequest,
  optionsKind: "CreateOptions" | "UpdateOptions",
): Result<{ readonly object: Fields; readonly options: WriteOptions; readonly warnings: readonly string[] }, Status> {
  const options = readWriteOptions(request.query, request.headers, optionsKind);
  if (!options.ok) return options;
  const decoded = decodeBody(request, definition, version, protobuf);
  if (!decoded.ok) return decoded;
  const problems = applyDefaults(decoded.value, definition, version);
  const strict = judgeStrictness(problems, options.value, strictRefusal(definition, version));
  if (!strict.ok) return strict;
  return ok({ object: decoded.value.object, options: options.value, warnings: strict.value });
}
