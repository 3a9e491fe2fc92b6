import { spawn } from "node:child_process";
import { err, ok, type Result } from "../../result.ts";

/** How much a git command may print. */
const maxOutputBytes = 4 * 1024 * 1024;

/** Runs git without any prompt; the error is what it said. */
export function runGit(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<Result<Buffer, string>> {
  return new Promise((resolve) => {
    const child = spawn("git", args, {
      cwd: options.cwd,
      signal: options.signal,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "true", LC_ALL: "C", ...options.env },
    });
    const output: Buffer[] = [];
    let size = 0;
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxOutputBytes) output.push(chunk);
      else child.kill();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (errors.length < 8_192) errors += chunk.toString();
    });
    child.on("error", (error) => {
      const timedOut = options.signal.aborted;
      resolve(
        err(
          timedOut
            ? "the time limit has passed"
            : error.message.includes("ENOENT")
              ? "git is not installed"
              : error.message,
        ),
      );
    });
    child.on("close", (code) => {
      if (size > maxOutputBytes) resolve(err(`the file is larger than ${maxOutputBytes} bytes`));
      else if (code === 0) resolve(ok(Buffer.concat(output)));
      else resolve(err(errors.trim() || `git ended with code ${code}`));
    });
  });
}
