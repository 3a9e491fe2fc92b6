import { equal } from "node:assert/strict";
import { test } from "node:test";
import { ContainerView } from "./container-view.ts";
import { PathSubstitution } from "./path-substitution.ts";

const mount = (path: string, hostPath: string) =>
  ({ path, hostPath, readOnly: false, isFile: false, kind: "pod" }) as const;
const paths = new PathSubstitution(
  new ContainerView([
    mount("/workspace", "/pod/ws"),
    mount("/tekton", "/pod/tekton"),
    mount("/tekton/creds", "/pod/creds/0"),
    mount("/data", "/pod/volumes/data"),
    mount("/workspace/cache", "/claims/cache"),
  ]),
);

const vectors = [
  { name: "a path", text: "/workspace", want: "/pod/ws" },
  { name: "a path below", text: "cat /workspace/a/b", want: "cat /pod/ws/a/b" },
  { name: "the longest", text: "/workspace/cache/x /tekton/creds", want: "/claims/cache/x /pod/creds/0" },
  {
    name: "in quotes and behind signs",
    text: `"/data" '/data' >/data a=/data:/data`,
    want: `"/pod/volumes/data" '/pod/volumes/data' >/pod/volumes/data a=/pod/volumes/data:/pod/volumes/data`,
  },
  {
    name: "not a longer name",
    text: "/workspaces /workspace-2 /workspace.old /dataset",
    want: "/workspaces /workspace-2 /workspace.old /dataset",
  },
  {
    name: "not inside another path",
    text: "/my/workspace ./data $X/data ${X}/data ~/data ../data",
    want: "/my/workspace ./data $X/data ${X}/data ~/data ../data",
  },
  { name: "before the end of a sentence", text: "it is in /workspace.", want: "it is in /pod/ws." },
  {
    name: "in a file URL, not in another",
    text: "file:///workspace/r https://host/workspace/r",
    want: "file:///pod/ws/r https://host/workspace/r",
  },
  { name: "in a pattern", text: "grep '^/tekton/scripts/'", want: "grep '^/pod/tekton/scripts/'" },
  { name: "nothing else", text: "#!/bin/sh\n/usr/bin/env", want: "#!/bin/sh\n/usr/bin/env" },
];

for (const { name, text, want } of vectors) {
  test(`substitutes ${name}`, () => equal(paths.substitute(text), want));
}
