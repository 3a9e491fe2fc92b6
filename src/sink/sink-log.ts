import { encodeObject } from "../json/object-text.ts";
import type { JsonValue } from "../json/value.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Fields of a log line beside the message. */
export type LogFields = Readonly<Record<string, JsonValue>>;

/** Where lines go and which. */
export interface LogOutput {
  /** Takes one line, without its newline. */
  readonly write: (line: string) => void;
  /** The lowest level written. */
  readonly level: LogLevel;
  readonly nowMs: () => number;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * The listener's log: one JSON object a line, with the keys that Tekton's sink writes (spec: event processing,
 * section 12). Values are encoded, so that no event can forge a line.
 */
export class SinkLog {
  readonly #output: LogOutput;
  readonly #fields: LogFields;

  constructor(output: LogOutput, fields: LogFields = {}) {
    this.#output = output;
    this.#fields = fields;
  }

  /** The same log with more fields on each line. */
  with(fields: LogFields): SinkLog {
    return new SinkLog(this.#output, { ...this.#fields, ...fields });
  }

  isEnabled(level: LogLevel): boolean {
    return ranks[level] >= ranks[this.#output.level];
  }

  debug(message: string): void {
    this.#line("debug", message);
  }

  info(message: string, fields?: LogFields): void {
    this.#line("info", message, fields);
  }

  warn(message: string): void {
    this.#line("warn", message);
  }

  error(message: string): void {
    this.#line("error", message);
  }

  #line(level: LogLevel, message: string, fields?: LogFields): void {
    if (!this.isEnabled(level)) return;
    const timestamp = new Date(this.#output.nowMs()).toISOString();
    const line = { severity: level, timestamp, logger: "eventlistener", message, ...this.#fields, ...fields };
    this.#output.write(encodeObject(line));
  }
}
