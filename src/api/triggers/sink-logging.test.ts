import { equal } from "node:assert/strict";
import { test } from "node:test";
import { sinkLoggingConfig } from "./sink-logging.ts";

/** The text that the sink finds inside its environment variable. */
function zapText(data: Record<string, string>): string {
  const value = sinkLoggingConfig(data);
  return value === "" ? "" : (JSON.parse(value) as { "zap-logger-config": string })["zap-logger-config"];
}

const rewritten = (fields: string, encoder = "") =>
  `{"level":"debug","development":false,"disableCaller":false,"disableStacktrace":false,"sampling":null,` +
  `"encoding":"","outputPaths":null,"errorOutputPaths":null,"initialFields":${fields || "null"},"encoderConfig":{` +
  `"messageKey":"","levelKey":"","timeKey":"","nameKey":"","callerKey":"","functionKey":"","stacktraceKey":"",` +
  `"skipLineEnding":false,"lineEnding":"","consoleSeparator":"","levelEncoder":"${encoder}","timeEncoder":"",` +
  `"durationEncoder":"","callerEncoder":"","nameEncoder":""}}`;

const vectors = [
  { name: "no configuration", data: { "loglevel.eventlistener": "debug" }, want: "" },
  { name: "no level: as it is", data: { "zap-logger-config": '{ "level": "x" }' }, want: '{ "level": "x" }' },
  {
    name: "an empty level counts as none",
    data: { "zap-logger-config": "{ }", "loglevel.eventlistener": "" },
    want: "{ }",
  },
  { name: "no JSON: as it is", data: { "zap-logger-config": "nope", "loglevel.eventlistener": "debug" }, want: "nope" },
  {
    name: "JSON of another shape: as it is",
    data: { "zap-logger-config": '{"outputPaths":"stdout"}', "loglevel.eventlistener": "debug" },
    want: '{"outputPaths":"stdout"}',
  },
  {
    name: "what is missing is written empty, what is unknown is dropped",
    data: { "zap-logger-config": '{"level":"info","extra":1}', "loglevel.eventlistener": "DEBUG" },
    want: rewritten(""),
  },
  {
    name: "keys of a map are sorted, keys of the configuration match in any case",
    data: {
      "zap-logger-config": '{"InitialFields":{"b":1.50,"a":{"d":[],"c":null}},"encoderconfig":{"LEVELENCODER":"x"}}',
      "loglevel.eventlistener": "debug",
    },
    want: rewritten('{"a":{"c":null,"d":[]},"b":1.5}', "x"),
  },
  {
    name: "any component's bad level empties all",
    data: { "zap-logger-config": "{}", "loglevel.webhook": "loud" },
    want: "",
  },
];

for (const { name, data, want } of vectors) test(name, () => equal(zapText(data as Record<string, string>), want));
