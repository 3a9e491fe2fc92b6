import { equal, match } from "node:assert/strict";
import { test } from "node:test";
import { KubeClient } from "./client.ts";
import { olderThanMinimum } from "./minimum-version.ts";
import type { KubeTransport } from "./transport.ts";

function clusterOf(gitVersion: string | undefined): KubeClient {
  const transport: KubeTransport = {
    as: () => transport,
    send: async ({ path }) => {
      equal(path, "/version");
      const isUp = gitVersion !== undefined;
      return { status: isUp ? 200 : 503, headers: {}, body: isUp ? { gitVersion } : { message: "away" } };
    },
    watch: () => Promise.reject(new Error("nothing is watched here")),
    stream: () => Promise.reject(new Error("nothing is streamed here")),
  };
  return new KubeClient(transport);
}

const enough = [
  ["v1.28.0", "v1.28.0"],
  ["v1.34.1", "v1.28.0"],
  ["v1.28.0-gke.100", "v1.28.0"],
  ["v2.0.0", "v1.28.9"],
  ["v1.28", "1.28.0"],
  ["v1.2.3", ""],
  ["unknown", "v1.28.0"],
] as const;
for (const [version, minimum] of enough) {
  test(`${version} is enough for ${minimum}`, async () => {
    equal(await olderThanMinimum(clusterOf(version), minimum), undefined);
  });
}

const tooOld: readonly (readonly [version: string | undefined, minimum: string, why: RegExp])[] = [
  ["v1.27.9", "v1.28.0", /^kubernetes version "v1\.27\.9" is not compatible, need at least "v1\.28\.0"/],
  ["v1.9.10", "v1.28.0", /not compatible/],
  ["v1.28.0", "v1.28.1", /not compatible/],
  ["v1.28.0", "new", /is no version: new/],
  [undefined, "v1.28.0", /cannot read the version of the cluster: away/],
];
for (const [version, minimum, why] of tooOld) {
  test(`${version} is not enough for ${minimum}`, async () => {
    match((await olderThanMinimum(clusterOf(version), minimum)) ?? "", why);
  });
}
