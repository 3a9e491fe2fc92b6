import { gunzipSync } from "node:zlib";
import { err, ok, type Result } from "../../../result.ts";
import type { Layer } from "./registry-client.ts";

/** How many objects a Tekton bundle may hold. */
const maxObjects = 20;
/** How large an object may be once it is unpacked. */
const maxObjectBytes = 1024 * 1024;
const blockBytes = 512;

const nameKey = "dev.tekton.image.name";
const kindKey = "dev.tekton.image.kind";
const versionKey = "dev.tekton.image.apiVersion";

/** The layer that holds an object: each layer of a Tekton bundle is one object, told by its annotations. */
export function findObject(layers: readonly Layer[], kind: string, name: string): Result<Layer, string> {
  if (layers.length > maxObjects) return err(`bundle contained more than the maximum ${maxObjects} allow objects`);
  for (const { digest, annotations } of layers) {
    for (const key of [versionKey, nameKey, kindKey]) {
      if (!Object.hasOwn(annotations, key)) {
        return err(`invalid tekton bundle: layer ${digest} does not contain a ${key} annotation`);
      }
    }
    const told = annotations[kindKey] ?? "";
    if (told.toLowerCase().replace(/s$/, "") !== told) {
      return err(
        `invalid tekton bundle: layer ${digest} has a ${kindKey} annotation that must be lowercased and singular, found ${told}`,
      );
    }
  }
  const found = layers.find(
    ({ annotations }) => annotations[kindKey] === kind.toLowerCase() && annotations[nameKey] === name,
  );
  return found === undefined ? err(`could not find object in image with kind: ${kind} and name: ${name}`) : ok(found);
}

/** The text of an object from its layer: a tar file of one file, packed or not, or the bare text. */
export function readObject(layer: Buffer): Result<string, string> {
  let content = layer;
  if (layer[0] === 0x1f && layer[1] === 0x8b) {
    try {
      content = gunzipSync(layer, { maxOutputLength: maxObjectBytes + 4 * blockBytes });
    } catch (error) {
      return err(`the layer cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const file = firstFile(content);
  if (file !== undefined && file.length > maxObjectBytes) return err("the object is too large");
  return ok((file ?? content).toString("utf8"));
}

/** The first plain file of a tar file; undefined when the content is none. */
function firstFile(content: Buffer): Buffer | undefined {
  if (content.length < blockBytes || content.toString("latin1", 257, 262) !== "ustar") return undefined;
  for (let at = 0; at + blockBytes <= content.length; ) {
    const header = content.subarray(at, at + blockBytes);
    const size = Number.parseInt(header.toString("latin1", 124, 136).replaceAll("\0", "").trim() || "0", 8);
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    const type = header[156];
    const isFile = type === 0 || type === 0x30;
    if (isFile && header[0] !== 0) return content.subarray(at + blockBytes, at + blockBytes + size);
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  return undefined;
}
