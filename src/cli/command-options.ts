import { type Command, InvalidArgumentError, Option } from "commander";
import type { Result } from "../result.ts";
import type { Failure } from "./failure.ts";
import { outputFormats } from "./output.ts";

/** What a command's action needs of the program. */
export interface CommandContext {
  /** Turns the outcome into the exit code. */
  readonly finish: (outcome: Promise<Result<void, Failure>>) => Promise<void>;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** Reads an option that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Reads a whole number, 0 among them. */
export function count(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError("a whole number is expected, such as 10");
  return Number(value);
}

/** Reads a whole number of things without which nothing would go on. */
export function positiveCount(value: string): number {
  if (!/^0*[1-9]\d*$/.test(value)) throw new InvalidArgumentError("a whole number above 0 is expected");
  return Number(value);
}

/** Options that choose an API server and an account. */
export function signingIn(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "kubeconfig to use (default: $KUBECONFIG, .tektite/kubeconfig, ~/.kube/config)")
    .option("--context <name>", "context of the kubeconfig to use");
}

/** Options of every command that acts in a namespace of an API server. */
export function connecting(command: Command): Command {
  return signingIn(command).option("-n, --namespace <name>", "namespace to act in (default: the context's)");
}

/** The option of every command that prints objects. */
export function printing(command: Command): Command {
  return command.addOption(new Option("-o, --output <format>", "output format").choices(outputFormats));
}

/** Adds examples to the help. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
