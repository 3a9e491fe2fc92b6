import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { err, ok, type Result } from "../result.ts";

/**
 * Makes the data directory, for its owner alone, where it is not there yet. Made step by step: where nothing can be
 * made, such as below /proc, Node's recursive mkdir never ends.
 */
export function makeDataFolder(path: string): Result<void, string> {
  const missing: string[] = [];
  for (let folder = path; !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  try {
    for (const folder of missing) mkdirSync(folder, { mode: 0o700 });
    if (!statSync(path).isDirectory())
      return err(`the data directory ${path} is a file: choose another with --data-dir`);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(undefined);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return err(`the data directory ${path} cannot be used (${cause}): choose another with --data-dir`);
  }
}
