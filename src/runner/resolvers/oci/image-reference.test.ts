import { equal } from "node:assert/strict";
import { test } from "node:test";
import { parseImageReference } from "./image-reference.ts";
import { credentialsFor } from "./registry-credentials.ts";

const digest = `sha256:${"a".repeat(64)}`;
const vectors: readonly { readonly text: string; readonly want: string | undefined }[] = [
  { text: "busybox", want: "https://registry-1.docker.io library/busybox latest" },
  { text: "docker.io/a/b:1", want: "https://registry-1.docker.io a/b 1" },
  { text: "ghcr.io/org/sub/x", want: "https://ghcr.io org/sub/x latest" },
  { text: "localhost/x:2", want: "http://localhost x 2" },
  { text: "127.0.0.1:5000/x/y:2", want: "http://127.0.0.1:5000 x/y 2" },
  { text: "[::1]:5000/x", want: "http://[::1]:5000 x latest" },
  { text: "registry.local:5000/x", want: "https://registry.local:5000 x latest" },
  { text: `ghcr.io/x@${digest}`, want: `https://ghcr.io x ${digest}` },
  { text: `ghcr.io/x:1@${digest}`, want: `https://ghcr.io x ${digest}` },
  { text: "ghcr.io/x@sha256:abc", want: undefined },
  { text: "ghcr.io/UPPER", want: undefined },
  { text: "ghcr.io/../x", want: undefined },
  { text: "user:password@ghcr.io/x", want: undefined },
  { text: "https://ghcr.io/x", want: undefined },
  { text: "", want: undefined },
];
for (const { text, want } of vectors) {
  test(`image ${JSON.stringify(text)}`, () => {
    const read = parseImageReference(text);
    const { version } = read.ok ? read.value : { version: undefined };
    const name = version?.kind === "digest" ? version.digest : version?.tag;
    equal(read.ok ? `${read.value.url} ${read.value.repository} ${name}` : undefined, want);
  });
}

const auth = Buffer.from("u:p:q").toString("base64");
const configs: readonly { readonly registry: string; readonly auths: unknown; readonly want: string | undefined }[] = [
  { registry: "ghcr.io", auths: { "ghcr.io": { auth } }, want: "u p:q" },
  { registry: "ghcr.io", auths: { "https://ghcr.io/v2/": { username: "u", password: "p" } }, want: "u p" },
  { registry: "docker.io", auths: { "https://index.docker.io/v1/": { auth } }, want: "u p:q" },
  { registry: "ghcr.io", auths: { "evil-ghcr.io": { auth }, "ghcr.io:443": { auth } }, want: undefined },
  { registry: "ghcr.io", auths: "none", want: undefined },
];
for (const { registry, auths, want } of configs) {
  test(`credentials for ${registry} in ${JSON.stringify(auths)}`, () => {
    const found = credentialsFor(registry, JSON.stringify({ auths }));
    equal(found === undefined ? undefined : `${found.username} ${found.password}`, want);
  });
}
